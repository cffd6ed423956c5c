"""Addresses of signing in and of officers."""

from django.urls import path

from qingyuan.web.accounts import (
    enterprise,
    many,
    officers,
    people,
    programs,
    second_factor,
    signing_in,
    single_sign_on,
)

urlpatterns = [
    path("sign-in", signing_in.sign_in, name="sign-in"),
    path("sign-in/code", second_factor.ask_code, name="sign-in-code"),
    path("sign-in/oidc", single_sign_on.begin, name="single-sign-on"),
    path("sign-in/oidc/back", single_sign_on.back, name="single-sign-on-back"),
    path("sign-out", signing_in.sign_out, name="sign-out"),
    path("me", signing_in.my_account, name="my-account"),
    path("me/password", signing_in.change_password, name="change-password"),
    path("me/second-factor", second_factor.mine, name="second-factor"),
    path("officers/<int:pk>/reset-second-factor", second_factor.reset, name="reset-second-factor"),
    path("officers/", officers.officers, name="officers"),
    path("officers/new", officers.enrol, name="enrol"),
    path("officers/enterprise", enterprise.enrol, name="officers-enterprise"),
    path("officers/many", many.many, name="officers-many"),
    path("officers/template.<str:form>", many.template, name="officers-template"),
    path("officers/permissions", officers.permissions, name="permissions"),
    path("officers/<int:pk>", officers.officer, name="officer"),
    path("officers/<int:pk>/assign", officers.assign, name="assign"),
    path("officers/<int:pk>/one-time-password", officers.one_time_password, name="one-time-password"),
    path("officers/<int:pk>/hand-over", people.hand_over, name="hand-over"),
    path("officers/<int:pk>/switch-off", people.switch_off, name="switch-off"),
    path("officers/<int:pk>/switch-on", people.switch_on, name="switch-on"),
    path("assignments/<int:pk>/delegate", people.delegate, name="delegate"),
    path("assignments/<int:pk>/end-delegation", people.end_delegation, name="end-delegation"),
    path("officers/assignments/<int:pk>/end", officers.end_assignment, name="end-assignment"),
    path("programs/", programs.programs, name="programs"),
    path("programs/new", programs.enrol, name="program-new"),
    path("programs/<int:pk>", programs.program, name="program"),
    path("programs/<int:pk>/assign", programs.assign, name="program-assign"),
    path("programs/<int:pk>/tokens", programs.issue, name="program-issue"),
    path("programs/<int:pk>/tokens/<int:token>/end", programs.end, name="program-end-token"),
]
