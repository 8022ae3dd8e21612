"""What staff type to sign in and to keep their account safe."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.forms import (
    AdminPasswordChangeForm as PasswordOfOtherForm,
)
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.throttle import attempt, refuse


class SignInForm(AdminAuthenticationForm):
    """User name and password; whoever has no access is told, and counted, as wrong."""

    def confirm_login_allowed(self, user):
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            refuse(self.request, user.get_username())
            raise


class CodeInput(forms.TextInput):
    """Comes back empty: a code that was wrong is typed anew."""

    def format_value(self, value):
        return None


class CodeField(forms.CharField):
    """A code of an app or of a list; read from left to right, never kept by a browser."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Code"),
            max_length=32,
            widget=CodeInput(
                attrs={
                    "autocomplete": "one-time-code",
                    "autocapitalize": "off",
                    "spellcheck": "false",
                    "dir": "ltr",
                    "autofocus": True,
                }
            ),
            **kwargs,
        )


class CodeForm(forms.Form):
    """A code of the app, or one of the recovery codes; ``device`` is whose it was."""

    required_css_class = "required"
    device = None

    code = CodeField()

    def __init__(self, *args, request, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.user = user

    def clean_code(self):
        code = self.cleaned_data["code"]
        self.device = attempt(
            self.request,
            self.user.get_username(),
            lambda: second_factor.verify(self.user, code),
            event="code_refused",
        )
        if self.device is None:
            raise ValidationError(
                _(
                    "This code is wrong, too old or already used. Wait until the app "
                    "shows the next one."
                )
            )
        return code


class SetUpForm(forms.Form):
    """The first code of a new app, and the password of whoever is signed in already."""

    required_css_class = "required"
    device = None

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = CodeField()

    def __init__(self, *args, request, user, asks_password, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.user = user
        if not asks_password:
            del self.fields["password"]

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        self.device = attempt(
            self.request,
            self.user.get_username(),
            self._set_up,
            event="set_up_refused",
        )
        if self.device is None:
            raise ValidationError(
                _(
                    "The app was not set up: the code is wrong or too old, or the "
                    "password is wrong. Is the clock of the telephone right?"
                )
                if "password" in self.fields
                else _(
                    "The app was not set up: the code is wrong or too old. Is the clock "
                    "of the telephone right?"
                )
            )
        return data

    def _set_up(self):
        password = self.cleaned_data.get("password")
        if password is not None and not self.user.check_password(password):
            return None
        return second_factor.set_up(self.user, self.cleaned_data["code"])


class NewPasswordForm(SetPasswordForm):
    """The password that a member of staff chooses in place of the one that was given."""

    required_css_class = "required"

    def save(self, commit=True):
        self.user.must_change_password = False
        return super().save(commit)


class OwnPasswordForm(AdminPasswordChangeForm):
    """The present password, a try that counts, and the new one."""

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self):
        given = self.cleaned_data["old_password"]
        is_right = attempt(
            self.request,
            self.user.get_username(),
            lambda: self.user.check_password(given),
            event="password_refused",
        )
        if not is_right:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return given

    def save(self, commit=True):
        self.user.must_change_password = False
        return super().save(commit)


class GivenPasswordForm(PasswordOfOtherForm):
    """A password that an administrator gives somebody, to be changed at once."""

    def save(self, commit=True):
        self.user.must_change_password = True
        return super().save(commit)
