import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

from config.language import spoken  # noqa: E402 -- they read the settings
from config.observing import Observed  # noqa: E402
from pagecache.wsgi import in_front_of  # noqa: E402

if settings.METRICS:
    from config.metrics import count
else:
    count = None

application = Observed(in_front_of(django, varies={"Accept-Language": spoken}), count)
