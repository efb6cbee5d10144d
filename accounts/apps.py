from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self):
        from accounts import events  # noqa: F401, PLC0415 -- it listens, once there are models


class GuardedAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.GuardedAdminSite"
