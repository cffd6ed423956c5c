"""Addresses of tracing."""

from django.urls import path

from qingyuan.web.tracing import acts, listing, opening, page

urlpatterns = [
    path("", listing.cases, name="cases"),
    path("new", opening.new, name="case-new"),
    path("<int:pk>", page.case, name="case"),
    path("<int:pk>/evidence/<int:file>", page.evidence, name="case-evidence"),
    path("<int:pk>/report", page.report, name="case-report"),
    path("<int:pk>/acts/<slug:name>", acts.act, name="case-act"),
    path("nodes/<int:pk>", page.node, name="tracing-node"),
]
