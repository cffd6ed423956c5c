"""Addresses of the policy inspector."""

from django.urls import path

from qingyuan.web.rules import views

urlpatterns = [
    path("", views.parameters, name="rules"),
    path("targets", views.targets, name="rules-targets"),
    path("rules", views.rules, name="rules-rules"),
    path("readings", views.readings, name="rules-readings"),
    path("packs", views.packs, name="rules-packs"),
    path("compare", views.compare, name="rules-compare"),
]
