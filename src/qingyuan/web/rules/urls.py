"""Addresses of the policy inspector."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
