"""Addresses of signing in and of one's own account, below those of the administration."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    # Where Django's administration looks for them: admin:login, admin:password_change.
    path("login/", views.SignInView.as_view(), name="sign_in"),
    path("password_change/", views.OwnPasswordView.as_view(), name="own_password"),
    path("login/code/", views.code, name="code"),
    path("login/new-password/", views.new_password, name="new_password"),
    path("login/second-factor/", views.first_second_factor, name="first_second_factor"),
    path("account/", views.account, name="account"),
    path(
        "account/second-factor/",
        views.set_up_second_factor,
        name="set_up_second_factor",
    ),
    path(
        "account/second-factor/recovery-codes/",
        views.new_recovery_codes,
        name="new_recovery_codes",
    ),
    path(
        "account/second-factor/off/",
        views.turn_off_second_factor,
        name="turn_off_second_factor",
    ),
]
