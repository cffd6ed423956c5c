"""Addresses of the pages, room by room, in one namespace: `web:outlets`, `web:outlet` …"""

from django.urls import include, path

app_name = "web"

urlpatterns = [
    path("", include("qingyuan.web.home.urls")),
    path("", include("qingyuan.web.help.urls")),
    path("notices/", include("qingyuan.web.notices.urls")),
    path("dispatch/", include("qingyuan.web.dispatch.urls")),
    path("tracing/", include("qingyuan.web.tracing.urls")),
    path("parties/", include("qingyuan.web.parties.urls")),
    path("problems/", include("qingyuan.web.remediation.urls_problems")),
    path("remediation/", include("qingyuan.web.remediation.urls_closing")),
    path("remediation/", include("qingyuan.web.remediation.urls_plans")),
    path("remediation/", include("qingyuan.web.remediation.urls_works")),
    path("survey/", include("qingyuan.web.survey.urls")),
    path("", include("qingyuan.web.accounts.urls")),
    path("", include("qingyuan.web.work.urls")),
    path("", include("qingyuan.web.standardisation.archive_urls")),
    path("", include("qingyuan.web.standardisation.sign_urls")),
    path("", include("qingyuan.web.outlets.urls")),
    path("", include("qingyuan.web.registers.urls")),
    path("", include("qingyuan.web.duplicates.urls")),
    path("", include("qingyuan.web.bulk.urls")),
    path("", include("qingyuan.web.codes.urls")),
    path("", include("qingyuan.web.imports.urls")),
    path("leads/", include("qingyuan.web.leads.urls")),
    path("", include("qingyuan.web.field.urls")),
    path("map/", include("qingyuan.web.map.urls")),
    path("rules/", include("qingyuan.web.rules.urls")),
    path("places/", include("qingyuan.web.places.urls")),
    path("", include("qingyuan.web.progress.urls")),
    path("", include("qingyuan.web.oversight.urls")),
    path("", include("qingyuan.web.audit.urls")),
    path("", include("qingyuan.web.sharing.urls")),
    path("", include("qingyuan.web.running.urls")),
]
