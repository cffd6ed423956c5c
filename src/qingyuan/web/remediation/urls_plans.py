"""Addresses of plans and of the page of a stay."""

from django.urls import path

from qingyuan.web.remediation import clusters, plans, plans_acts, plans_area, plans_at_once, plans_listing, records

urlpatterns = [
    path("plans/", plans_listing.plans, name="remediation-plans"),
    path("plans/approve", plans_listing.bulk, name="plans-bulk"),
    path("area/", plans_area.area, name="remediation-area"),
    path("area/<slug:name>", plans_area.act, name="remediation-area-act"),
    path("clusters/", clusters.clusters, name="clusters"),
    path("clusters/propose", clusters.propose, name="clusters-propose"),
    path("records/", records.records, name="type-records"),
    path("records/<int:pk>/<slug:key>", records.record, name="type-record"),
    path("records/exited/<int:pk>", records.exited, name="type-record-exited"),
    path("at-once/<int:pk>", plans_at_once.at_once, name="at-once"),
    path("<int:pk>/", plans.stay, name="round"),
    path("<int:pk>/acts/<slug:name>", plans_acts.act, name="round-act"),
    path("<int:pk>/plans/<int:number>", plans.paper, name="plan-paper"),
]
