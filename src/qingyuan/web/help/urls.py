"""Addresses of the handbook."""

from django.urls import path

from qingyuan.web.help import views

urlpatterns = [
    path("help/", views.contents, name="help"),
    path("help/screens/<str:name>", views.screen, name="help-screen"),
    path("help/<path:name>", views.page, name="help-page"),
]
