from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("films.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
]
