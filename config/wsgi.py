import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

from pagecache.wsgi import in_front_of  # noqa: E402 -- it reads the settings

application = in_front_of(django)
