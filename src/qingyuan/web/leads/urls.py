"""Addresses of leads."""

from django.urls import path

from qingyuan.web.leads import bulk, hints, inbox, one, reporting

urlpatterns = [
    path("", inbox.leads, name="leads"),
    path("new", reporting.new, name="lead-new"),
    path("import", reporting.take_in, name="leads-import"),
    path("bulk", bulk.bulk, name="leads-bulk"),
    path("missing", hints.missing, name="leads-missing"),
    path("missing/turn", hints.turn, name="leads-missing-turn"),
    path("missing/new", hints.new, name="hint-new"),
    path("missing/<int:pk>/retract", hints.retract, name="hint-retract"),
    path("<int:pk>", one.lead, name="lead"),
    path("<int:pk>/photo", one.photo, name="lead-photo"),
    path("<int:pk>/acts/<slug:name>", one.act, name="lead-act"),
]
