"""Addresses of code lists."""

from django.urls import path

from qingyuan.web.codes import views

urlpatterns = [
    path("codes/", views.codes, name="codes"),
    path("codes/<int:pk>", views.report, name="code-list"),
    path("codes/<int:pk>/take", views.take, name="code-take"),
]
