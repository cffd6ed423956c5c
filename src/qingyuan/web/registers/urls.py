"""Addresses of the registers a scheme names."""

from django.urls import path

from qingyuan.web.registers import views

urlpatterns = [
    path("registers/", views.registers_here, name="registers"),
    path("registers/<slug:key>/", views.live, name="register-live"),
    path("registers/<slug:key>/export", views.export, name="register-export"),
    path("registers/<slug:key>/publish", views.publish, name="register-publish"),
    path("registers/<slug:key>/versions/<int:number>", views.version, name="register-version"),
]
