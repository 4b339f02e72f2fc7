"""Addresses of the account pages."""

from django.urls import path

from portulan.web.account import views

app_name = "account"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("account", views.profile, name="profile"),
    path("account/password", views.password, name="password"),
    path("account/language", views.language, name="language"),
    path("account/theme", views.theme, name="theme"),
]
