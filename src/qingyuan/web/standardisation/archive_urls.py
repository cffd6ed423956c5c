"""Addresses of the list 待规范化, of an outlet's checklist and of its file."""

from django.urls import path

from qingyuan.web.standardisation import archive_acts, archive_listing, archive_pages

urlpatterns = [
    path("standardisation/", archive_listing.waiting, name="standardisation"),
    path("standardisation/confirm", archive_listing.confirm, name="standardise-many"),
    path("outlets/<int:pk>/standardisation", archive_pages.standardisation, name="outlet-standardisation"),
    path("outlets/<int:pk>/standardisation/<slug:name>", archive_acts.act, name="standardisation-act"),
    path("outlets/<int:pk>/archive", archive_pages.archive, name="outlet-archive"),
    path("outlets/<int:pk>/archive.pdf", archive_pages.as_pdf, name="outlet-archive-pdf"),
    path("outlets/<int:pk>/archive.zip", archive_pages.as_pack, name="outlet-archive-zip"),
    path("outlets/<int:pk>/archive/<str:sha256>", archive_pages.paper, name="archive-paper"),
]
