"""Addresses of the map."""

from django.urls import path

from qingyuan.web.map import views

urlpatterns = [
    path("", views.page, name="map"),
    path("tiles/<int:zoom>/<int:x>/<int:y>.mvt", views.tile, name="map-tile"),
    path("shapes/<str:layer>/<int:x>/<int:y>.geojson", views.shapes, name="map-shapes"),
    path("card", views.card, name="map-card"),
]
