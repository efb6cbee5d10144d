import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

from config.language import spoken  # noqa: E402 -- they read the settings
from pagecache.wsgi import in_front_of  # noqa: E402

application = in_front_of(django, varies={"Accept-Language": spoken})
