"""Addresses below /api/. Every view finds out by itself who asks, so none of them waits for a sign-in page."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, include, path

from qingyuan.api import documents
from qingyuan.api.service import service


def _open() -> list[URLPattern]:
    found = [one for one in service.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for one in found:
        assert one.callback is not None
        login_not_required(one.callback)
    return found


urlpatterns = [
    path("v1/openapi.json", login_not_required(documents.openapi), name="api-openapi"),
    path("v1/docs", login_not_required(documents.docs), name="api-docs"),
    path("v1/", include((_open(), "api-v1"), namespace="api-v1")),
]
