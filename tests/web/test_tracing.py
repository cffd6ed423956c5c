"""Pages of tracing: a case from the outlet's page to who answers."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.registry.models import Outlet
from qingyuan.stages.tracing import actions
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Conclusion
from tests import build
from tests.stages.tracing import cases
from tests.web.people import client_of


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def today() -> str:
    return timezone.localdate().isoformat()


def reviewer(unit):
    return client_of(build.officer(Role.REVIEWER, unit))


def page(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content[-800:]
    return answer.content.decode()


def paper():
    return SimpleUploadedFile("报告.txt", "溯源报告".encode())


def act(browser, case: Case, press: str, of: int | None = None, **given):
    address = f"/tracing/{case.pk}/acts/{press}" + (f"?of={of}" if of else "")
    version = re.search(r'name="version" value="(\d+)"', page(browser, address)).group(1)
    return browser.post(address, {"version": version, "on": today(), **given})


def test_a_case_is_walked_from_the_outlets_page_to_who_answers():
    where = cases.place("济源")
    of = cases.outlet(where)
    browser = reviewer(where)
    assert f"/tracing/new?outlet={of.pk}" in page(browser, f"/outlets/{of.pk}")
    form = page(browser, f"/tracing/new?outlet={of.pk}")
    key = re.search(r'name="key" value="(\w+)"', form).group(1)
    given = {"key": key, "why": "unclear", "on": today()}
    first = browser.post(f"/tracing/new?outlet={of.pk}", given)
    again = browser.post(f"/tracing/new?outlet={of.pk}", given)
    assert first.status_code == again.status_code == 302
    case = Case.objects.get(outlet=of)
    assert Outlet.objects.get(pk=of.pk).stage == Stage.TRACING
    factory = cases.discharger(where)
    done = act(
        browser, case, "step", method="现场快速监测", result="氨氮偏高", confidence="high", paper=paper(), place="3号井"
    )
    assert done.status_code == 302
    node = Case.objects.get(pk=case.pk).outlet.node
    assert act(browser, case, "extend", lower=node.pk, kind="pipe", name="排水管").status_code == 302
    pipe = node.up.get().upper
    assert act(browser, case, "extend", lower=pipe.pk, kind="discharger", body=factory.name).status_code == 302
    assert act(browser, case, "source", body=factory.name, share="100").status_code == 302
    shown = page(browser, f"/tracing/{case.pk}")
    for words in ("氨氮偏高", "3号井", "排水管", factory.name, "100.0 %", "<svg"):
        assert words in shown
    file = re.search(rf'href="(/tracing/{case.pk}/evidence/\d+)"', shown).group(1)
    download = browser.get(file)
    assert b"".join(download.streaming_content).decode() == "溯源报告"
    assert act(browser, case, "conclude", conclusion="definite", paper=paper()).status_code == 302
    assert f'value="{factory.name}"' in page(browser, f"/tracing/{case.pk}/acts/fix-party")
    assert act(browser, case, "fix-party", body=factory.name, basis="tracing").status_code == 302
    assert Outlet.objects.get(pk=of.pk).party == factory
    assert factory.name in page(browser, "/tracing/")
    assert factory.name in page(browser, f"/tracing/nodes/{pipe.pk}")


def test_a_button_one_may_not_press_is_grey_with_its_reason():
    where = cases.place("安阳")
    case = cases.case(cases.outlet(where))
    leader = client_of(build.officer(Role.LEADER, where))
    shown = page(leader, f"/tracing/{case.pk}")
    assert "您没有在此办理“开展溯源”的权限。" in shown
    assert leader.get(f"/tracing/{case.pk}/acts/step").status_code == 403
    assert "案件还没有结论，得出结论之后再明确责任主体。" in page(reviewer(where), f"/tracing/{case.pk}")


def test_what_lies_elsewhere_does_not_exist():
    case = cases.case(cases.outlet(cases.place("安阳")))
    stranger = reviewer(cases.place("大同"))
    for address in ("", "/acts/step", "/report"):
        assert stranger.get(f"/tracing/{case.pk}{address}").status_code == 404
    assert stranger.get(f"/tracing/nodes/{case.outlet.node.pk}").status_code == 404
    assert stranger.get(f"/tracing/new?outlet={case.outlet_id}").status_code == 404
    assert case.outlet.name not in page(stranger, "/tracing/")


def test_a_case_that_changed_meanwhile_is_not_written_over():
    where = cases.place("安阳")
    case = cases.case(cases.outlet(where))
    browser = reviewer(where)
    cases.step(case)
    answer = browser.post(
        f"/tracing/{case.pk}/acts/step",
        {"version": "0", "on": today(), "method": "现场快速监测", "result": "无", "confidence": "low"},
    )
    assert answer.status_code == 409
    assert case.steps.count() == 1


def test_a_circle_is_a_sentence_at_the_form_and_nothing_is_written():
    where = cases.place("大同")
    case = cases.case(cases.outlet(where))
    browser = reviewer(where)
    node = case.outlet.node
    act(browser, case, "extend", lower=node.pk, kind="well", name="下井")
    low = node.up.get().upper
    act(browser, case, "extend", lower=low.pk, kind="well", name="上井")
    high = low.up.get().upper
    answer = act(browser, case, "connect", upper=low.pk, lower=high.pk)
    assert answer.status_code == 409
    assert "成环" in answer.content.decode()
    assert not high.up.exists()


def test_the_list_tells_cases_apart_by_what_became_of_them():
    where = cases.place("安阳")
    open_one, closed = cases.case(cases.outlet(where)), cases.case(cases.outlet(where))
    actions.conclude(
        closed, conclusion=Conclusion.INCONCLUSIVE, note="管网不通", on=cases.DAY, by=CONSOLE, at=cases.NOON
    )
    browser = reviewer(where)
    opened, waiting = page(browser, "/tracing/?state=open"), page(browser, "/tracing/?state=waiting")
    assert open_one.outlet.name in opened
    assert closed.outlet.name not in opened
    assert closed.outlet.name in waiting
    assert open_one.outlet.name not in waiting
    assert "没有符合条件的溯源案件。" in page(browser, "/tracing/?state=definite")
