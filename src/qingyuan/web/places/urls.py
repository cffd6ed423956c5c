"""Addresses of divisions, layers and waters."""

from django.urls import path

from qingyuan.web.places import views, water_acts, waters

urlpatterns = [
    path("", views.places, name="places"),
    path("waters/", waters.waters, name="waters"),
    path("waters/new", water_acts.enter, name="water-new"),
    path("waters/<slug:code>", waters.water, name="water"),
    path("waters/<slug:code>/papers/<int:flag>", waters.paper, name="water-paper"),
    path("waters/<slug:code>/<slug:act>", water_acts.act, name="water-act"),
    path("files/<int:pk>", views.file, name="places-file"),
    path("files/<int:pk>/<str:act>", views.act, name="places-file-act"),
]
