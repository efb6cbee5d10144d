from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class KeptAddresses(CompressedManifestStaticFilesStorage):
    """Works the address of each file out once: a page has a dozen, and none changes while the site runs."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.url = cache(self.url)
