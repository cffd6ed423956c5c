"""Addresses of the scoreboard and of the data-quality lists."""

from django.urls import path

from qingyuan.web.progress import quality, views

urlpatterns = [
    path("scoreboard/", views.scoreboard, name="scoreboard"),
    path("scoreboard/rows", views.rows, name="scoreboard-rows"),
    path("quality/", quality.quality, name="quality"),
    path("quality/<slug:name>", quality.rows, name="quality-rows"),
]
