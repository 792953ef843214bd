"""Addresses of the demonstration, installed only where HMIC_DEMO is set."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.chooser, name="chooser"),
    path("as/<slug:key>/", views.sign_in_as, name="sign-in-as"),
    path("mail/", views.mail, name="mail"),
    path("watch/", views.watch, name="watch"),
    path("watch/start/", views.watch_start, name="watch-start"),
    path("watch/windows/", views.watch_windows, name="watch-windows"),
    path("watch/clock/", views.watch_clock, name="watch-clock"),
]
