"""How rows are chosen in the admin: found by what is typed."""

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import BigIntegerField


class FoundSelect(AutocompleteSelect):
    """A row, found as the admin types: a film by any of its titles."""

    def optgroups(self, name, value, attrs=None):
        # Django looks the chosen ids up to show them again, whatever they are.
        return super().optgroups(name, [number for number in value if _is_id(str(number))], attrs)


def _is_id(text):
    return text.isdecimal() and len(text) < 20 and int(text) <= BigIntegerField.MAX_BIGINT


class Choosing:
    """An admin, or a part of one, that has `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **given):
        if db_field.name in self.autocomplete_fields:
            given["widget"] = FoundSelect(db_field, self.admin_site, using=given.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **given)
