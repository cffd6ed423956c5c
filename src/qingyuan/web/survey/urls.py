"""Addresses of campaigns. A fixed word stands before the numbers."""

from django.urls import path

from qingyuan.web.survey import acts, coverage, listing, page, rechecks, segment, segment_acts

urlpatterns = [
    path("", listing.campaigns, name="campaigns"),
    path("new", listing.new, name="campaign-new"),
    path("coverage", coverage.coverage, name="survey-coverage"),
    path("techniques", coverage.techniques, name="survey-techniques"),
    path("experience", coverage.experience, name="survey-experience"),
    path("segments/<int:pk>", segment.segment, name="segment"),
    path("segments/<int:pk>/acts/<slug:name>", segment_acts.act, name="segment-act"),
    path("rechecks/<int:pk>", rechecks.recheck, name="recheck"),
    path("rechecks/<int:pk>/parts/<int:part>", rechecks.second_walk, name="second-walk"),
    path("<int:pk>", page.campaign, name="campaign"),
    path("<int:pk>/plan", page.plan, name="campaign-plan"),
    path("<int:pk>/steps/<int:step>", acts.step, name="campaign-step"),
    path("<int:pk>/acts/<slug:name>", acts.act, name="campaign-act"),
]
