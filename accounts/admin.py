from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import User
from reviews.models import HelpfulVote


@admin.register(User)
class PersonAdmin(UserAdmin):
    readonly_fields = ["verified_at"]
    list_display = ["username", "email", "verified_at", "is_staff", "is_active"]
    fieldsets = [
        *UserAdmin.fieldsets[:1],
        ("Person", {"fields": ["email", "verified_at"]}),
        *UserAdmin.fieldsets[2:],
    ]

    def get_deleted_objects(self, people, request):
        """No vote is deleted by hand, but all of a person's go with them."""
        deleted, counts, forbidden, protected = super().get_deleted_objects(people, request)
        return deleted, counts, forbidden - {HelpfulVote._meta.verbose_name}, protected

    def delete_queryset(self, request, queryset):
        for person in queryset:
            person.delete()


# Seeds of second factors and keys of sessions are nobody's business, and to change them by hand breaks them.
admin.site.unregister([Authenticator, UserSession])
