"""Addresses of sharing."""

from django.urls import path

from qingyuan.web.sharing import views

urlpatterns = [
    path("sharing/", views.page, name="sharing"),
    path("sharing/<slug:what>.<slug:form>", views.download, name="sharing-download"),
]
