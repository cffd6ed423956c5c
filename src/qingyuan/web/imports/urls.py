"""Addresses of the import wizard."""

from django.urls import path

from qingyuan.web.imports import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:pk>", views.batch, name="import"),
    path("imports/<int:pk>/columns", views.columns, name="import-columns"),
    path("imports/<int:pk>/accept", views.accept, name="import-accept"),
    path("imports/<int:pk>/skip", views.skip, name="import-skip"),
    path("imports/<int:pk>/take-in", views.take_in, name="import-take-in"),
    path("imports/<int:pk>/undo", views.undo, name="import-undo"),
    path("imports/<int:pk>/progress", views.progress, name="import-progress"),
    path("imports/<int:pk>/refused.csv", views.refused, name="import-refused"),
]
