"""赋码、注销、号段: every code comes from here, one by one or many at once, and none comes twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.coding import Code, CodeFault, check_code, parse_code
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal, Refused, StaleRecord, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit
from qingyuan.registry import actions as registry
from qingyuan.registry.models import MainLink, Outlet
from qingyuan.stages.standardisation import guards, numbers, rules
from qingyuan.stages.standardisation.models import IssuedCode, Segment
from qingyuan.stages.standardisation.words import CodeState, SegmentState

RENAMED = "命名编码时按 HJ 1235-2021 命名"


@dataclass(frozen=True, slots=True)
class Used:
    """One number of a range as a team reports it: which outlet bears the serial, and the name given on the spot."""

    outlet: Outlet
    serial: int
    name: str = ""


@transaction.atomic
def issue_code(
    outlet: Outlet, *, on: date, by: Actor, at: datetime, basin: str = "", code: str = "", name: str = ""
) -> IssuedCode:
    """命名编码 of one outlet: the next free code of its county, or the one written by hand; `name` renames it at the
    same time. A second code is refused.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.issue_code(outlet, basin=basin, code=code, name=name, by=by, on=on, at=at))
    return _issue(outlet, basin=basin, code=code, name=name, on=on, by=by, at=at, pools={})


@transaction.atomic
def issue_many(
    outlets: Sequence[Outlet], *, expected: Mapping[int, str], on: date, by: Actor, at: datetime
) -> list[IssuedCode]:
    """批量赋码: exactly the codes that were confirmed (outlet → code), in this order; all or none.

    Raises
    ------
    Refused
        One of them may not be coded, or would now get another code than was shown: nothing was written.
    StaleRecord
    """
    if {outlet.pk for outlet in outlets} != set(expected):
        raise Refused(Refusal("coding.not_confirmed", _("赋码的排污口与确认时不一致，请重新确认。")))
    pools: dict[tuple[str, str, str], numbers.Numbers] = {}
    made = []
    for outlet in outlets:
        require(guards.issue_code(outlet, basin="", code="", name="", by=by, on=on, at=at))
        issued = _issue(outlet, basin="", code="", name="", on=on, by=by, at=at, pools=pools)
        if issued.text != expected[outlet.pk]:
            text = _("确认之后已有新的编码赋出，“%(name)s”将得到 %(code)s，请重新确认。")
            raise Refused(Refusal("coding.changed_since", text, {"name": outlet.name, "code": issued.text}))
        made.append(issued)
    return made


def _issue(
    outlet: Outlet,
    *,
    basin: str,
    code: str,
    name: str,
    on: date,
    by: Actor,
    at: datetime,
    pools: dict[tuple[str, str, str], numbers.Numbers],
    segment: Segment | None = None,
) -> IssuedCode:
    policy = rules.policy_of(outlet.unit_path, on=on)
    county = rules.county_of(outlet.unit_path)
    assert county is not None  # the guard asked
    given = parse_code(code) if code else _next(outlet, policy, county, basin, pools)
    assert isinstance(given, Code)  # the guard asked
    if code:  # the same serial must not be on its way to somebody else
        numbers.lock(county, given.basin, scope=rules.serial_basin(policy, given.basin))
        require(guards.used_refusal(outlet, given))
    require(guards.pattern_refusal(given, policy))
    if name.strip() and name.strip() != outlet.name:
        registry.correct(outlet, values={"name": name.strip()}, reason=RENAMED, on=on, by=by, at=at)
    clause = rules.clause_of(policy, "coding.authority")
    registry.give_code(outlet, code=str(given), clause=clause, on=on, by=by, at=at)
    return IssuedCode.objects.create(
        text=str(given),
        basin=given.basin,
        county=given.county,
        serial=given.serial,
        letters=given.type,
        branch=given.branch,
        outlet=outlet,
        segment=segment,
        by_hand=bool(code) and segment is None,
        doubts=doubts(outlet, given, policy),
        clause=clause,
        issued_on=on,
        issued_by=by.id,
        issued_at=at,
    )


def _next(
    outlet: Outlet,
    policy: Policy,
    county: Unit,
    basin: str,
    pools: dict[tuple[str, str, str], numbers.Numbers],
    *,
    locked: bool = True,
) -> Code:
    """The code that comes next for an outlet: a branch follows its main, else the next free serial."""
    link = MainLink.objects.select_related("main").filter(branch=outlet, to_day=None).first()
    letters = rules.letters_of(outlet, policy)
    assert letters is not None  # the guard asked
    if link is not None:
        main = parse_code(link.main.national_code)
        assert isinstance(main, Code)  # the guard asked
        if locked:
            numbers.lock(county, main.basin, scope=rules.serial_basin(policy, main.basin))
        branch = numbers.next_branch(main)
        if branch is None:
            raise Refused(Refusal("coding.full", _("%(county)s的顺序码已用完。"), {"county": str(main)}))
        return Code(main.basin, main.county, main.serial, letters.letters, branch)
    chosen = basin or rules.basin_of(outlet, policy)
    scope = rules.serial_basin(policy, chosen)
    key = (county.code, chosen, scope)
    if key not in pools:
        same = next((pool for (code, _b, other), pool in pools.items() if (code, other) == (county.code, scope)), None)
        pools[key] = (numbers.lock if locked else numbers.peek)(county, chosen, scope=scope)
        if same is not None:  # one counter for all basins of the county
            pools[key].taken |= same.taken
            pools[key].counter = same.counter
            same.taken |= pools[key].taken
    serial = pools[key].take()
    for (code, _basin, other), pool in pools.items():
        if (code, other) == (county.code, scope):
            pool.taken.add(serial)
    return Code(chosen, county.code, serial, letters.letters)


def preview(
    outlets: Iterable[Outlet], *, on: date, by: Actor, at: datetime
) -> list[tuple[Outlet, str, Refusal | None]]:
    """What a bulk issue would give, without giving it: outlet, code ("" for none), why not."""
    pools: dict[tuple[str, str, str], numbers.Numbers] = {}
    found: list[tuple[Outlet, str, Refusal | None]] = []
    for outlet in outlets:
        no = guards.issue_code(outlet, basin="", code="", name="", by=by, on=on, at=at)
        if no is not None:
            found.append((outlet, "", no))
            continue
        policy, county = rules.policy_of(outlet.unit_path, on=on), rules.county_of(outlet.unit_path)
        assert county is not None
        try:
            found.append((outlet, str(_next(outlet, policy, county, "", pools, locked=False)), None))
        except Refused as full:
            found.append((outlet, "", full.refusal))
    return found


def doubts(outlet: Outlet, code: Code, policy: Policy) -> list[str]:
    """What is odd about a code and no reason to refuse it: letters the table of basins does not have, or other letters
    than those of the receiving water."""
    found = [fault.code for fault in check_code(code, county="", basins=rules.basins(policy))]
    proposed = rules.basin_of(outlet, policy)
    if proposed and proposed != code.basin:
        found.append("code.other_basin")
    return found


@transaction.atomic
def void_code(outlet: Outlet, *, reason: str, on: date, by: Actor, at: datetime, sha256: str = "") -> Outlet:
    """注销编码（撤销编码）: the code is retired, kept as an alias, and never given again; the outlet may be coded anew.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    require(guards.void_code(outlet, reason=reason, by=by, on=on, at=at))
    policy = rules.policy_of(outlet.unit_path, on=on)
    old = outlet.national_code
    clause = rules.clause_of(policy, "coding.authority")
    registry.end_code(outlet, reason=reason.strip(), clause=clause, on=on, by=by, at=at, sha256=sha256)
    gone = {"state": CodeState.VOIDED, "voided_on": on, "voided_by": by.id, "void_reason": reason.strip()[:200]}
    if not IssuedCode.objects.filter(text=old).update(**gone) and not isinstance(code := parse_code(old), CodeFault):
        IssuedCode.objects.create(  # it came with a list: kept here too, so that it never comes again
            text=old,
            basin=code.basin,
            county=code.county,
            serial=code.serial,
            letters=code.type,
            branch=code.branch,
            outlet=outlet,
            issued_on=min(on, outlet.stage_since),
            issued_by=by.id,
            issued_at=at,
            **gone,
        )
    return outlet


@transaction.atomic
def reserve_segment(
    unit: Unit,
    *,
    basin: str,
    count: int,
    holder: str,
    on: date,
    by: Actor,
    at: datetime,
    purpose: str = "",
    key: str = "",
    is_demo: bool = False,
) -> Segment:
    """预留号段: so many serials for who names without a connection. The same `key` again is the same range.

    Raises
    ------
    Refused
    """
    if key and (made := Segment.objects.filter(key=key).first()):
        return made
    require(guards.reserve_segment(unit, basin=basin, count=count, holder=holder, by=by, on=on, at=at))
    policy = rules.policy_of(unit.path, on=on)
    pool = numbers.lock(unit, basin, scope=rules.serial_basin(policy, basin))
    first, last = pool.reserve(count)
    made = Segment.objects.create(
        key=key or None,
        unit=unit,
        unit_path=unit.path,
        county=unit.code,
        basin=basin,
        first=first,
        last=last,
        holder=holder.strip(),
        purpose=purpose.strip(),
        reserved_on=on,
        reserved_by=by.id,
        reserved_at=at,
        is_demo=is_demo,
    )
    record_segment(made, "segment.reserve", on=on, by=by, at=at, details={"first": first, "last": last})
    return made


@transaction.atomic
def report_segment(segment: Segment, used: Sequence[Used], *, on: date, by: Actor, at: datetime) -> list[IssuedCode]:
    """上报号段: give the outlets the numbers a team used. What was reported before is left as it is; all or none.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.report_segment(segment, by=by, on=on, at=at))
    made = []
    for one in used:
        before = IssuedCode.objects.filter(segment=segment, serial=one.serial, outlet=one.outlet).first()
        if before is not None:
            continue
        if not segment.first <= one.serial <= segment.last:
            text = _("顺序码 %(serial)s 不在号段 %(segment)s 内。")
            said = {"serial": f"{one.serial:04d}", "segment": str(segment)}
            raise Refused(Refusal("coding.outside_segment", text, said))
        policy = rules.policy_of(one.outlet.unit_path, on=on)
        letters = rules.letters_of(one.outlet, policy)
        code = str(Code(segment.basin, segment.county, one.serial, letters.letters if letters else "QT"))
        require(guards.issue_code(one.outlet, basin="", code=code, name=one.name, by=by, on=on, at=at, segment=segment))
        made.append(
            _issue(one.outlet, basin="", code=code, name=one.name, on=on, by=by, at=at, pools={}, segment=segment)
        )
    if made:
        _bump(segment)
        details = {"serials": [one.serial for one in made]}
        record_segment(segment, "segment.report", on=on, by=by, at=at, details=details)
    return made


@transaction.atomic
def close_segment(segment: Segment, *, on: date, by: Actor, at: datetime) -> Segment:
    """收回号段: numbers not used by then are never given to anybody, for somebody may have written them down.

    Raises
    ------
    Refused, StaleRecord
    """
    if segment.state == SegmentState.CLOSED:
        return segment
    require(guards.close_segment(segment, by=by, on=on, at=at))
    _bump(segment, state=SegmentState.CLOSED, closed_on=on, closed_by=by.id)
    record_segment(segment, "segment.close", on=on, by=by, at=at, details={"used": segment.codes.count()})
    return segment


def _bump(segment: Segment, **values: object) -> None:
    found = Segment.objects.filter(pk=segment.pk, version=segment.version)
    if not found.update(version=F("version") + 1, **values):
        raise StaleRecord(str(segment))
    segment.version += 1
    for name, value in values.items():
        setattr(segment, name, value)


def record_segment(
    segment: Segment, act: str, *, on: date, by: Actor, at: datetime, details: Mapping[str, object]
) -> None:
    """One ledger entry about a range."""
    policy = rules.policy_of(segment.unit_path, on=on)
    ledger.record(
        ("segment_of_codes", str(segment.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        details={"unit": segment.unit.code, "basin": segment.basin, **details},
        clause=rules.clause_of(policy, "coding.authority"),
        pack=rules.pack_of(policy),
    )
