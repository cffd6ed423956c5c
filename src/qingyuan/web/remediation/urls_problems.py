"""Addresses of the problem list and of triage."""

from django.urls import path

from qingyuan.web.remediation import findings, listing, together

urlpatterns = [
    path("", listing.problems, name="problems"),
    path("export", listing.export, name="problems-export"),
    path("bulk", together.bulk, name="problems-bulk"),
    path("outlets/<int:pk>", findings.triage, name="triage"),
    path("outlets/<int:pk>/<slug:act>", findings.act, name="triage-act"),
    path("findings/<int:pk>/<slug:act>", findings.decide, name="finding-act"),
    path("findings/<int:pk>/basis/file", findings.basis, name="finding-basis"),
]
