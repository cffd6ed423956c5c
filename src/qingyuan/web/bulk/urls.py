"""Addresses of bulk errands."""

from django.urls import path

from qingyuan.web.bulk import views

urlpatterns = [
    path("bulk/", views.bulk, name="bulk"),
    path("bulk/<int:pk>", views.receipt, name="bulk-run"),
]
