from django.contrib import admin
from django.urls import include, path

from config import conventions, health, language

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("films.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("language/", language.choose, name="choose_language"),
    path("healthz", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", health.told, name="metrics"),
    path("robots.txt", conventions.robots, name="robots"),
    path("opensearch.xml", conventions.opensearch, name="opensearch"),
    path(".well-known/security.txt", conventions.security, name="security"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler429 = "config.errors.too_many_requests"
handler500 = "config.errors.server_error"
