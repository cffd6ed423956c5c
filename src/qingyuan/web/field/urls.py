"""Addresses of the field app and of the office's pages about devices and records."""

from django.urls import path

from qingyuan.web.field import office, views

urlpatterns = [
    path("field/", views.shell, name="field"),
    path("field/sw.js", views.worker, name="field-worker"),
    path("field/manifest.webmanifest", views.manifest, name="field-manifest"),
    path("field/session", views.session, name="field-session"),
    path("field/package", views.package, name="field-package"),
    path("field/batch", views.batch, name="field-batch"),
    path("field/photos/<str:sha256>", views.photo, name="field-photo"),
    path("survey/devices/", office.devices, name="survey-devices"),
    path("survey/devices/rescue", office.rescue, name="survey-rescue"),
    path("survey/devices/<int:pk>", office.device, name="survey-device"),
    path("survey/records/", office.records, name="survey-records"),
    path("survey/records/<int:pk>", office.record, name="survey-record"),
    path("survey/records/<int:pk>/accept", office.accept, name="survey-record-accept"),
    path("survey/records/<int:pk>/amend", office.amend, name="survey-record-amend"),
    path("survey/records/<int:pk>/photos/<str:sha256>", office.photo, name="survey-record-photo"),
]
