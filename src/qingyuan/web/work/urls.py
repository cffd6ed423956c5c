"""Address of the work board."""

from django.urls import path

from qingyuan.web.work import views

urlpatterns = [path("work/", views.board, name="work-board")]
