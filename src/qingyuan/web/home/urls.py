"""Addresses of the home page."""

from django.urls import path

from qingyuan.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("tasks", views.tasks, name="tasks"),
    path("tasks/duties", views.duties, name="duties"),
]
