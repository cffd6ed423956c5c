"""Where each address leads."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/language", login_not_required(set_language), name="set_language"),
    path("api/", include("qingyuan.api.urls")),
    path("ogc/", include("qingyuan.api.ogc.urls")),
    path("", include("qingyuan.web.urls")),
]
