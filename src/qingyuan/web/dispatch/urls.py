"""Addresses of work handed out."""

from django.urls import path

from qingyuan.web.dispatch import acts, board, issuing, listing, meetings, page

urlpatterns = [
    path("", listing.items, name="items"),
    path("new", issuing.new, name="item-new"),
    path("board", board.board, name="dispatch-board"),
    path("board/urge", board.urge, name="dispatch-urge"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new", meetings.new, name="meeting-new"),
    path("meetings/<int:pk>", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/minutes", meetings.minutes, name="meeting-minutes"),
    path("<int:pk>", page.item, name="item"),
    path("<int:pk>/feedback/<int:feedback>", page.evidence, name="item-evidence"),
    path("<int:pk>/acts/<slug:name>", acts.act, name="item-act"),
]
