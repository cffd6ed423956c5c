"""Officers and assignments: enrol, assign, end, pass words. The ledger keeps who got which role where, from when."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from qingyuan.access import guards
from qingyuan.access.models import Assignment, Officer, ProgramToken, RecoveryCode, SecondFactor
from qingyuan.access.people import changed, delegate, end, end_delegation, hand_over, switch_off, switch_on
from qingyuan.access.programs import PREFIX, hash_of, new_token, places_of_program
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Place, Role
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit, Water

__all__ = [
    "assign",
    "delegate",
    "end_assignment",
    "end_delegation",
    "end_token",
    "enrol",
    "hand_over",
    "issue_token",
    "make_practice_accounts",
    "set_password",
    "switch_off",
    "switch_on",
]


@transaction.atomic
def enrol(
    *,
    username: str,
    name: str,
    password: str | None,
    by: Actor,
    at: datetime,
    place: Place | None = None,
    must_change_password: bool = True,
    is_demo: bool = False,
    is_program: bool = False,
) -> Officer:
    """新建账号. Without a password nobody can sign in with it yet; a program never gets one.

    Raises
    ------
    Refused
    """
    require(guards.enrol(username=username, place=place, by=by))
    officer = Officer(
        username=username,
        name=name,
        is_demo=is_demo,
        is_program=is_program,
        must_change_password=must_change_password and not is_program,
        password_changed_at=at if password else None,
    )
    officer.set_password(None if is_program else password)
    officer.save()
    ledger.record(("officer", str(officer.pk)), "officer.enrol", by=by, at=at, occurred=at, private={"name": name})
    return officer


@transaction.atomic
def assign(
    officer: Officer,
    *,
    role: Role,
    by: Actor,
    at: datetime,
    from_day: date,
    to_day: date | None = None,
    unit: Unit | None = None,
    water: Water | None = None,
    body: Body | None = None,
    party: Body | None = None,
    own_area_only: bool = False,
) -> Assignment:
    """任职: give an officer a role within a reach from a day on.

    Raises
    ------
    Refused
    """
    require(guards.assign(role=role, places=guards.places_of(unit=unit, water=water, body=body, party=party), by=by))
    made = Assignment.objects.create(
        officer=officer,
        role=role,
        unit=unit,
        water=water,
        body=body,
        party=party,
        reaches_own_area_only=own_area_only,
        from_day=from_day,
        to_day=to_day,
    )
    changed(officer.pk)
    ledger.record(
        ("officer", str(officer.pk)),
        "officer.assign",
        by=by,
        at=at,
        occurred=from_day,
        details={
            "role": str(role),
            "unit": unit.code if unit else None,
            "water": water.code if water else None,
            "body": body.pk if body else None,
            "party": party.pk if party else None,
            "to": to_day,
        },
    )
    return made


@transaction.atomic
def end_assignment(assignment: Assignment, *, on: date, by: Actor, at: datetime) -> None:
    """结束任职, and what was delegated from it.

    Raises
    ------
    Refused
    """
    places = guards.places_of(
        unit=assignment.unit, water=assignment.water, body=assignment.body, party=assignment.party
    )
    require(guards.end_assignment(assignment, places=places, by=by))
    end([assignment], act="officer.end_assignment", on=on, by=by, at=at)


@transaction.atomic
def set_password(
    officer: Officer, *, text: str, min_length: int, kinds: int, by: Actor, at: datetime, temporary: bool = False
) -> None:
    """修改密码. Length and kinds of signs are the site's settings (policy parameters signin.*).

    Raises
    ------
    Refused
    """
    require(guards.no_password(officer))
    require(guards.set_password(text=text, min_length=min_length, kinds=kinds))
    officer.set_password(text)
    officer.password_changed_at = at
    officer.must_change_password = temporary
    officer.save(update_fields=["password", "password_changed_at", "must_change_password"])
    ledger.record(("officer", str(officer.pk)), "officer.set_password", by=by, at=at, occurred=at)


@transaction.atomic
def issue_token(
    program: Officer, *, label: str, from_day: date, by: Actor, at: datetime, to_day: date | None = None
) -> tuple[ProgramToken, str]:
    """签发令牌: the token and its text, which is given this once and kept nowhere, neither here nor in the ledger.

    Raises
    ------
    Refused
    """
    places = places_of_program(program)
    require(guards.issue_token(program, places=places, label=label, from_day=from_day, to_day=to_day, by=by))
    text = new_token()
    token = ProgramToken.objects.create(
        officer=program,
        label=label.strip(),
        prefix=text[:PREFIX],
        sha256=hash_of(text),
        from_day=from_day,
        to_day=to_day,
    )
    details = {"token": token.pk, "prefix": token.prefix, "label": token.label, "to": to_day}
    ledger.record(("officer", str(program.pk)), "officer.issue_token", by=by, at=at, occurred=from_day, details=details)
    return token, text


@transaction.atomic
def end_token(token: ProgramToken, *, by: Actor, at: datetime) -> None:
    """停用令牌, at once.

    Raises
    ------
    Refused
    """
    require(guards.end_token(token, places=places_of_program(token.officer), by=by))
    ProgramToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=at)
    ledger.record(
        ("officer", str(token.officer_id)),
        "officer.end_token",
        by=by,
        at=at,
        occurred=at,
        details={"token": token.pk, "prefix": token.prefix},
    )


@transaction.atomic
def make_practice_accounts(*, password: str, by: Actor, at: datetime) -> int:
    """Give every account of a copy for practice the same password and a name that is nobody's; end all tokens. Returns
    how many accounts there are."""
    hashed = make_password(password)
    officers = list(Officer.objects.order_by("pk"))
    for officer in officers:
        officer.name = f"演练{officer.pk}号"
        officer.password = hashed
        officer.must_change_password = False
        officer.password_changed_at = at
    Officer.objects.bulk_update(officers, ["name", "password", "must_change_password", "password_changed_at"])
    ProgramToken.objects.filter(ended_at=None).update(ended_at=at)
    RecoveryCode.objects.all().delete()
    SecondFactor.objects.all().delete()  # nobody practises with the telephone of another
    ledger.record(("officer", "*"), "officer.practise", by=by, at=at, occurred=at, details={"count": len(officers)})
    return len(officers)
