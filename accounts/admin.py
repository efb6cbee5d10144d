from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import AccountEvent, User
from reviews.models import Claim, HelpfulVote, Mute
from reviews.moderation_admin import ReadOnlyAdmin, WithReasonAdmin, mute_people


@admin.register(User)
class PersonAdmin(WithReasonAdmin, UserAdmin):
    actions = [mute_people]
    readonly_fields = ["verified_at"]
    list_display = ["username", "email", "verified_at", "is_staff", "is_active"]
    fieldsets = [
        *UserAdmin.fieldsets[:1],
        ("Person", {"fields": ["email", "verified_at"]}),
        *UserAdmin.fieldsets[2:],
    ]

    def get_deleted_objects(self, people, request):
        """No vote, claim or mute is deleted by hand, but all of a person's go with them."""
        deleted, counts, forbidden, protected = super().get_deleted_objects(people, request)
        theirs = {model._meta.verbose_name for model in (HelpfulVote, Claim, Mute, AccountEvent)}
        return deleted, counts, forbidden - theirs, protected

    def delete_queryset(self, request, queryset):
        for person in queryset:
            person.delete()


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "user", "kind", "network"]
    list_display_links = None
    list_filter = ["kind", "at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    show_full_result_count = False


# Seeds of second factors and keys of sessions are nobody's business, and to change them by hand breaks them.
admin.site.unregister([Authenticator, UserSession])
