"""Addresses of works, evidence and doubts."""

from django.urls import path

from qingyuan.web.remediation import doubts, works

urlpatterns = [
    path("mine", works.mine, name="works-mine"),
    path("doubts", doubts.listed, name="doubts"),
    path("doubts/<int:pk>", doubts.one, name="doubt"),
    path("doubts/<int:pk>/<slug:name>", doubts.act, name="doubt-act"),
    path("evidence/<int:pk>/picture", works.picture, name="evidence-picture"),
    path("evidence/<int:pk>/file", works.file, name="evidence-file"),
    path("<int:pk>/works", works.page, name="works"),
    path("<int:pk>/works/<slug:name>", works.act, name="works-act"),
]
