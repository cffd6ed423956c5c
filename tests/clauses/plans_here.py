"""What the clause tests of plans have in common: the five places, a problem there, acting through pages and API."""

from __future__ import annotations

from datetime import date

import pytest

from qingyuan.core.access import Actor, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation import actions
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan
from tests import build
from tests.api.asking import Caller, caller
from tests.stages.remediation import lives

DAY = date(2024, 6, 1)
PLACES = {"济源": "419001", "安阳": "410523", "新绛": "140825", "大同": "140213", "吉林": "220102"}


def schemes(**clauses: str | tuple[str, ...]):
    """A case for each scheme, with the clauses it shows."""
    found = []
    for name, ids in clauses.items():
        marks = [pytest.mark.clause(*([ids] if isinstance(ids, str) else ids))]
        found.append(pytest.param(name, marks=marks, id=name))
    return pytest.mark.parametrize("scheme", found)


def outlet(scheme: str, type_key: str = "GY.enterprise", **more: object) -> Outlet:
    """A classified outlet of a scheme."""
    return lives.classified(build.unit(PLACES[scheme]), type_key=type_key, on=DAY, **more)


def listed(scheme: str, type_key: str = "GY.enterprise", *, facts: dict[str, object] | None = None) -> Round:
    """An outlet of a scheme on the problem list, with facts about it."""
    one = outlet(scheme, type_key)
    found = lives.problem(one, on=DAY)
    for name, value in (facts or {}).items():
        know(one, name, value)
    return found


def know(one: Outlet, name: str, value: object) -> None:
    """A fact about an outlet on the day."""
    registry.enter_fact(
        ("outlet", str(one.pk)),
        place=place_of(one),
        name=name,
        value=value,
        source="测试核查",
        on=DAY,
        by=build.VERIFIER,
        at=build.recorded(DAY),
    )


def acting(by: Actor = build.SURVEYOR, on: date = DAY) -> dict[str, object]:
    """Who, when."""
    return {"on": on, "by": by, "at": build.recorded(on)}


def no_to(act, *args: object, **kwargs: object) -> Refusal:
    """The refusal of an act that must be refused."""
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.refusal


def submitted(plan: Plan) -> Plan:
    """The same, submitted."""
    return actions.submit(plan, **acting())


def government(scheme: str):
    """The county government of a scheme."""
    where = build.unit(PLACES[scheme])
    return build.body(where, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.GOVERNMENT,))


# --- the API ---------------------------------------------------------------------------------------------------------


def program(scheme: str, role: Role = Role.REVIEWER, **reach: object) -> Caller:
    """A program at work in the county of a scheme."""
    return caller(role, build.unit(PLACES[scheme]), **reach)


def post(who: Caller, found: Round, act: str, **given: object):
    """An act upon a stay, as it was read just before."""
    read = who.get(f"rounds/{found.pk}")
    if read.status_code != 200:
        return read
    return who.post(f"rounds/{found.pk}/{act}", etag=read["ETag"], json={"on": DAY.isoformat(), **given})


def plan_json(found: Round, batch: str = "standardise", **more: object) -> dict[str, object]:
    """The plan of `lives.given` as it is sent; None leaves a field out."""
    given = lives.given(batch, on=DAY)
    sent: dict[str, object] = {
        "batch": batch,
        "measures": [{"key": one.key} for one in given.measures],
        "steps": [
            {"title": one.title, "due": one.due.isoformat(), "starts_on": one.starts_on.isoformat()}
            for one in given.steps
            if one.starts_on
        ],
        "due": given.due.isoformat() if given.due else None,
        "responsible_body": found.outlet.party_id,
        "basis": given.basis,
        "departments": given.departments,
        "flood_answer": given.flood_answer,
        "deviation_reason": given.deviation_reason,
        "livelihood_note": given.livelihood_note,
        "safety_note": given.safety_note,
        "water_supply_note": given.water_supply_note,
        "technology": given.technology,
        **more,
    }
    return {name: value for name, value in sent.items() if value is not None}


def keys(*names: str) -> list[dict[str, str]]:
    """Measures by their keys."""
    return [{"key": one} for one in names]


def try_submit(scheme: str, found: Round, batch: str = "standardise", **more: object):
    """Draft over the API and submit; the answer of the submission (or of a draft that was refused)."""
    who = program(scheme)
    drafted = post(who, found, "plan", **plan_json(found, batch, **more))
    return post(who, found, "submit") if drafted.status_code == 200 else drafted


def refused(answer) -> dict[str, object]:
    """What a refusal over the API says."""
    assert answer.status_code == 409, answer.content.decode()
    return answer.json()
