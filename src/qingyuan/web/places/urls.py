"""Addresses of divisions and layers."""

from django.urls import path

from qingyuan.web.places import views

urlpatterns = [
    path("", views.places, name="places"),
    path("files/<int:pk>", views.file, name="places-file"),
    path("files/<int:pk>/<str:act>", views.act, name="places-file-act"),
]
