"""Addresses of the policy inspector."""

from django.urls import path

from qingyuan.web.rules import proposals, views, what_if

urlpatterns = [
    path("", views.parameters, name="rules"),
    path("targets", views.targets, name="rules-targets"),
    path("rules", views.rules, name="rules-rules"),
    path("readings", views.readings, name="rules-readings"),
    path("packs", views.packs, name="rules-packs"),
    path("compare", views.compare, name="rules-compare"),
    path("packs/<str:code>", proposals.pack, name="rules-pack"),
    path("proposals", proposals.listing, name="rules-proposals"),
    path("proposals/<int:pk>", proposals.proposal, name="rules-proposal"),
    path("proposals/<int:pk>/<str:act>", proposals.decide, name="rules-proposal-decide"),
    path("setting", proposals.setting, name="rules-setting"),
    path("what-if", what_if.page, name="rules-what-if"),
    path("what-if/rows", what_if.rows, name="rules-what-if-rows"),
    path("what-if/export", what_if.export, name="rules-what-if-export"),
]
