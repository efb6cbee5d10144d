from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", views.account, name="account"),
    path("votes/", views.your_votes, name="your_votes"),
    path("reviews/", views.your_reviews, name="your_reviews"),
    path("reports/", views.your_reports, name="your_reports"),
    path("export/", views.export, name="export_account"),
    path("delete/", views.delete, name="delete_account"),
    path("sessions/end/", views.end_all_sessions, name="end_all_sessions"),
    # These stand before allauth's own of the same names.
    path("confirm-email/<key>/", views.ConfirmEmail.as_view(), name="account_confirm_email"),
    path("password/reset/", views.ResetPassword.as_view(), name="account_reset_password"),
    path("2fa/webauthn/login/", views.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("", include("allauth.urls")),
]
