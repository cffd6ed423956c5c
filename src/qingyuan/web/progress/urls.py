"""Addresses of the scoreboard and of what waits."""

from django.urls import path

from qingyuan.web.progress import views, waiting

urlpatterns = [
    path("scoreboard/", views.scoreboard, name="scoreboard"),
    path("scoreboard/rows", views.rows, name="scoreboard-rows"),
    path("tasks/<str:duty>/<str:group>", waiting.tasks, name="tasks"),
]
