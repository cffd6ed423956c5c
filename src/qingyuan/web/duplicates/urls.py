"""Addresses of duplicates."""

from django.urls import path

from qingyuan.web.duplicates import views

urlpatterns = [
    path("duplicates/", views.duplicates, name="duplicates"),
    path("duplicates/<int:first>/<int:second>", views.pair, name="duplicate"),
    path("duplicates/<int:first>/<int:second>/apart", views.apart, name="duplicate-apart"),
    path("duplicates/<int:pk>/undo", views.undo, name="duplicate-undo"),
]
