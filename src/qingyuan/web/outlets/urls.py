"""Addresses of the register."""

from django.urls import path

from qingyuan.web.outlets import acts, bodies, body_acts, entering, page, register, saved, search, story

urlpatterns = [
    path("search", search.search, name="search"),
    path("outlets/", register.outlets, name="outlets"),
    path("outlets/new", entering.register, name="register"),
    path("outlets/export", register.export, name="outlets-export"),
    path("outlets/ledger.xlsx", story.of_list, name="outlets-ledger"),
    path("outlets/views", saved.save, name="view-save"),
    path("outlets/views/<int:pk>/rename", saved.rename, name="view-rename"),
    path("outlets/views/<int:pk>/delete", saved.delete, name="view-delete"),
    path("outlets/nearby", entering.nearby, name="outlets-nearby"),
    path("outlets/units", entering.units, name="outlets-units"),
    path("outlets/<int:pk>", page.outlet, name="outlet"),
    path("outlets/<int:pk>/card", page.card, name="outlet-card"),
    path("outlets/<int:pk>/ledger.xlsx", story.of_outlet, name="outlet-ledger"),
    path("outlets/<int:pk>/papers/<int:paper>", page.paper, name="outlet-paper"),
    path("outlets/<int:pk>/acts/<slug:name>", acts.act, name="act"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/new", body_acts.enter, name="body-new"),
    path("bodies/<int:pk>", bodies.body, name="body"),
    path("bodies/<int:pk>/correct", body_acts.correct, name="body-correct"),
    path("bodies/<int:pk>/functions", body_acts.functions, name="body-functions"),
]
