"""Addresses of closure."""

from django.urls import path

from qingyuan.web.remediation import closing, closing_files, closing_lists

urlpatterns = [
    path("acceptance/", closing_lists.acceptance, name="acceptance"),
    path("acceptance/draw", closing_lists.open_review, name="review-open"),
    path("acceptance/batches/<int:pk>", closing_lists.review, name="review"),
    path("filings/", closing_lists.filings, name="filings"),
    path("filings/<int:pk>/proof", closing_files.proof, name="filing-proof"),
    path("look-backs/", closing_lists.look_backs, name="look-backs"),
    path("look-backs/plan", closing_lists.plan, name="look-backs-plan"),
    path("closing/<slug:kind>/<int:pk>/<slug:name>", closing.about, name="closing-about"),
    path("<int:pk>/closing/seal", closing_files.seal, name="closing-seal"),
    path("<int:pk>/closing/pack", closing_files.pack, name="closing-pack"),
    path("<int:pk>/closing/<slug:name>", closing.act, name="closing-act"),
]
