"""Addresses of the site's own state."""

from django.urls import path

from qingyuan.web.running import views

urlpatterns = [
    path("health", views.health, name="health"),
    path("metrics", views.metrics, name="metrics"),
    path("running/", views.running, name="running"),
]
