from allauth.account import forms as theirs
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class LoginForm(theirs.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name or e-mail address")
        # The page has this link itself, with the way onward in it.
        self.fields["password"].help_text = ""

    def user_credentials(self):
        """Either an address or a name, never both: for both, a known address would take longer than an unknown one."""
        login = self.cleaned_data["login"]
        named = {"email": login} if "@" in login else {"username": login}
        return named | {"password": self.cleaned_data["password"]}


class SignupForm(theirs.SignupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _(
            "Nobody else sees it. We send you a link; your votes count once you have used it."
        )
        self.fields["username"].label = _("Name")
        self.fields["username"].help_text = _("The name that others see. Letters, digits and . + - _")


class ChangeEmailForm(theirs.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")


class ResetPasswordForm(theirs.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")


class ChangePasswordForm(theirs.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password (again)")


class NewPasswordForm(theirs.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password (again)")


class AddAppForm(ActivateTOTPForm):
    def clean_code(self):
        """Uses the code up: whoever has seen it typed cannot sign in with it."""
        code = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("To tell it from others, such as “laptop” or “blue key”.")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone, without name and password")
        alone.help_text = _(
            "For a device that asks for your finger, your face or a PIN. Otherwise it is asked for after the password."
        )
        alone.initial = True


class DeleteAccountForm(forms.Form):
    reviews = forms.ChoiceField(
        label=_("Reviews that you wrote here"),
        choices=[("keep", _("stay, without your name")), ("remove", _("are taken down for good"))],
        initial="keep",
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(
        label=_("Delete my account. I know that nobody can bring it back."),
        error_messages={"required": _("Tick this box to delete your account, or leave this page to keep it.")},
    )

    helper = FormHelper()
    helper.form_class = "form"
    helper.add_input(Submit("", gettext_noop("Delete my account"), css_class="button button--main"))

    def __init__(self, *args, has_reviews, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_reviews:
            del self.fields["reviews"]
