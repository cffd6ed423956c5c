"""Addresses of OGC API – Features."""

from django.urls import path

from qingyuan.api.ogc import description, views

app_name = "ogc"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("api", description.api, name="api"),
    path("conformance", views.conformance, name="conformance"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:collection>", views.collection, name="collection"),
    path("collections/<slug:collection>/queryables", views.queryables, name="queryables"),
    path("collections/<slug:collection>/items", views.items, name="items"),
    path("collections/<slug:collection>/items/<str:fid>", views.item, name="item"),
]
