"""Addresses of code lists."""

from django.urls import path

from qingyuan.web.codes import issuing, segments, views

urlpatterns = [
    path("codes/", views.codes, name="codes"),
    path("codes/<int:pk>", views.report, name="code-list"),
    path("codes/<int:pk>/take", views.take, name="code-take"),
    path("codes/issue", issuing.waiting, name="codes-waiting"),
    path("codes/issue/confirm", issuing.many, name="codes-issue-many"),
    path("codes/issued", issuing.issued, name="codes-issued"),
    path("codes/table", issuing.table, name="codes-table"),
    path("codes/segments", segments.segments, name="code-segments"),
    path("codes/segments/<int:pk>", segments.segment, name="code-segment"),
    path("outlets/<int:pk>/signs", issuing.outlet, name="outlet-signs"),
    path("outlets/<int:pk>/signs/issue", issuing.issue, name="code-issue"),
    path("outlets/<int:pk>/signs/void", issuing.void, name="code-void"),
]
