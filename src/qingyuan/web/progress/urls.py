"""Addresses of the scoreboard."""

from django.urls import path

from qingyuan.web.progress import views

urlpatterns = [
    path("scoreboard/", views.scoreboard, name="scoreboard"),
    path("scoreboard/rows", views.rows, name="scoreboard-rows"),
]
