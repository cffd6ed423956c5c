"""Addresses of signboards."""

from django.urls import path

from qingyuan.web.standardisation import public_sign, signs

urlpatterns = [
    path("signboards/", signs.listing, name="signs"),
    path("signboards/together", signs.together, name="signs-together"),
    path("signboards/<int:pk>", signs.sign, name="sign"),
    path("signboards/<int:pk>.svg", signs.picture, name="sign-svg"),
    path("signboards/<int:pk>.pdf", signs.pdf, name="sign-pdf"),
    path("signboards/<int:pk>/photo", signs.photo, name="sign-photo"),
    path("signboards/<int:pk>/acts/<slug:name>", signs.act, name="sign-act"),
    path("signboards/urgings/<int:pk>.pdf", signs.letter, name="sign-urging"),
    path("outlets/<int:pk>/signs/design", signs.design, name="sign-design"),
    path("o/<str:code>", public_sign.board_page, name="public-sign"),
]
