"""What a film can be to another, with the words for pages."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from films import family


class Kind(NamedTuple):
    """What a film can be to the film that its edge leads to."""

    label: Promise
    of: Promise  # before the title of the source
    made_as: Promise  # before the title of the remake


_WORDS = [
    Kind(_("remake"), _("remake of"), _("made again as")),
    Kind(_("adaptation of the same source"), _("from the same source as"), _("its source adapted again as")),
    Kind(_("re-edit"), _("re-edit of"), _("re-edited as")),
    Kind(_("sequel"), _("sequel to"), _("followed by")),
    Kind(_("other"), _("related to"), _("related to")),
]
KINDS = dict(zip(family.KINDS, _WORDS, strict=True))
