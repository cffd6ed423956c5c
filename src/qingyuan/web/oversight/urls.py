"""Addresses of 监管责任, 实施方案 and 制度库."""

from django.urls import path

from qingyuan.web.oversight import library, plans, views

urlpatterns = [
    path("oversight/", views.matrix, name="oversight"),
    path("oversight/contacts", views.contacts, name="oversight-contacts"),
    path("oversight/unowned", views.unowned, name="oversight-unowned"),
    path("oversight/unowned.csv", views.unowned_csv, name="oversight-unowned-csv"),
    path("oversight/daily", views.daily, name="oversight-daily"),
    path("oversight/list", views.supervision_list, name="oversight-list"),
    path("oversight/pilot", views.switch_pilot, name="oversight-pilot"),
    path("plans/", plans.plans, name="plans"),
    path("plans/file", plans.file_plan, name="plan-file"),
    path("plans/due", plans.due, name="plans-due"),
    path("plans/<int:pk>", plans.plan, name="plan"),
    path("plans/<int:pk>/document", plans.document, name="plan-document"),
    path("plans/<int:pk>/approve", plans.approve, name="plan-approve"),
    path("plans/<int:pk>/refuse", plans.refuse, name="plan-refuse"),
    path("regulations/", library.regulations, name="regulations"),
    path("regulations/new", library.new, name="regulation-new"),
    path("regulations/<int:pk>", library.regulation, name="regulation"),
    path("regulations/<int:pk>/document", library.document, name="regulation-document"),
]
