"""Addresses of the audit."""

from django.urls import path

from qingyuan.web.audit import views

urlpatterns = [
    path("audit/", views.acts, name="audit"),
    path("audit/reads", views.reads, name="audit-reads"),
    path("audit/<slug:which>.csv", views.export, name="audit-export"),
]
