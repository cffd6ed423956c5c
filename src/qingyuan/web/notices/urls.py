"""Addresses of the notices."""

from django.urls import path

from qingyuan.web.notices import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read-all", views.read_all, name="notices-read-all"),
    path("<int:pk>/read", views.read, name="notice-read"),
]
