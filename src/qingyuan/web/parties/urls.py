"""Addresses of responsible parties."""

from django.urls import path

from qingyuan.web.parties import views

urlpatterns = [
    path("", views.parties, name="parties"),
    path("<int:pk>", views.party, name="party"),
]
