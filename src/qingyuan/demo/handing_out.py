"""What is handed out in a demonstration: a task passed down, a clause's own list, issues young and old, a meeting.

Days are counted back from the day the site is made, so that something is always open, overdue, returned, escalated and
closed. The bodies below act for themselves; a few have a log-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from qingyuan.bodies import naming
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Actor, Grant, Reach, Role
from qingyuan.core.days import BEIJING, local_day
from qingyuan.core.functions import BodyFunction as F
from qingyuan.demo.papers import pdf
from qingyuan.demo.people import Bodies, Officers, Staff
from qingyuan.demo.schemes import ANYANG, DATONG, JILIN, JIYUAN, XINJIANG, Scheme
from qingyuan.demo.walking import Walk
from qingyuan.library import actions as library
from qingyuan.places.models import Level, Unit
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch import actions, queries
from qingyuan.stages.dispatch.actions import NewDecision
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ItemKind, PartKind

OFFICES: dict[Scheme, tuple[tuple[str, F], ...]] = {
    JIYUAN: (("河长制办公室", F.RIVER_CHIEF_OFFICE), ("生态环境保护委员会办公室", F.ENVIRONMENT_COMMITTEE_OFFICE)),
    ANYANG: (("自然资源和规划局", F.RESOURCES),),
    XINJIANG: (),
    DATONG: (("规划和自然资源局", F.RESOURCES), ("生态环境保护委员会办公室", F.ENVIRONMENT_COMMITTEE_OFFICE)),
    JILIN: (),
}
CLAUSES: dict[Scheme, tuple[str, str]] = {
    ANYANG: ("安阳 二(一)1", "对主要河流两岸排污口开展一次全面复核，逐口核对名称、位置和责任主体。"),
    DATONG: ("大同 四(十二)", "核对排污口与受纳水体、排污单位的对应关系，更新信息平台数据。"),
}
MECHANISMS = {JIYUAN: "示范区统筹协调机制", DATONG: "部门政策衔接会商", JILIN: "市县政府部门协调机制"}
COORDINATORS = {JIYUAN: "河长制办公室"}
BY_DEFAULT = "水污染防治联防联控"


@dataclass(slots=True)
class Desk:
    """One place's handing out: who acts, and which day it is."""

    scheme: Scheme
    root: Unit
    staff: Staff
    today: date
    office: Body

    def day(self, ago: int) -> date:
        """A day so many days ago; negative lies ahead."""
        return self.today - timedelta(days=ago)

    def at(self, ago: int) -> datetime:
        """Ten in the morning of that day in Beijing."""
        return datetime.combine(self.day(ago), time(10), BEIJING)

    def issue(self, subject: str, *, ago: int, due: int, owners: list[Body], **more: object) -> WorkItem:
        """One item of the place, issued and due so many days ago."""
        kind = more.pop("kind", ItemKind.TASK)
        unit = more.pop("unit", self.root)
        return actions.issue(
            kind=kind,  # type: ignore[arg-type]
            subject=f"{subject}（演示）",
            unit=unit,  # type: ignore[arg-type]
            responsible=owners,
            due=self.day(due),
            on=self.day(ago),
            by=self.staff.upper,
            at=self.at(ago),
            is_demo=True,
            **more,  # type: ignore[arg-type]
        )

    def answer(self, part: Part, text: str, *, ago: int, sha256: str = "") -> None:
        """A body feeds back."""
        assert part.body is not None
        actions.feedback(
            part, text=f"{text}（演示）", sha256=sha256, on=self.day(ago), by=acting(part.body), at=self.at(ago)
        )

    def close(self, item: WorkItem, body: Body, *, ago: int) -> None:
        """A body that answers for an item closes it."""
        item.refresh_from_db()
        actions.close(item, on=self.day(ago), by=acting(body), at=self.at(ago))


def acting(body: Body) -> Actor:
    """Somebody of a body; made up, without a log-in."""
    reach = Reach(unit_paths=frozenset({body.unit_path}))
    return Actor(f"demo:body:{body.pk}", f"演示经办（{body.name}）", (Grant(Role.REVIEWER, reach, body_id=body.pk),))


def hand_out(walk: Walk, root: Unit, officers: Officers, *, at: datetime) -> None:
    """Everything of one place. What grew old is escalated by the clock's own action."""
    register(walk.scheme, root, walk.bodies, walk.staff, on=local_day(at))
    office = walk.staff.bureaus[COORDINATORS.get(walk.scheme, "生态环境局")]
    desk = Desk(walk.scheme, root, walk.staff, local_day(at), office)
    below = passed_down(desk)
    under_a_clause(desk)
    issues(desk, below)
    meeting(desk, below, _outlets(walk))
    actions.escalate_due(on=desk.today, by=CONSOLE, at=at, path=root.path)
    _log_ins(walk.scheme, officers, walk.staff, below)


def register(scheme: Scheme, root: Unit, bodies: Bodies, staff: Staff, *, on: date) -> None:
    """The offices, governments and committees the scheme names; a few bureaus stay unregistered, to be seen."""
    for word, function in OFFICES[scheme]:
        staff.bureaus[word] = bodies.bureau(root, word, function)
    for named in naming.implementing(policy_of(root.path, on=on), unit=root, on=on):
        if named.body is None and named.unit != root:
            if named.unit.kind == "zone":
                bodies.bureau(named.unit, "管委会", F.ZONE_COMMITTEE)
            elif named.unit.level == Level.TOWN:
                bodies.town(named.unit)
            else:
                bodies.county(named.unit)


def passed_down(desk: Desk) -> list[Body]:
    """A task for everyone below, long due: most have fed back, some closed, one was sent back, the rest is overdue."""
    item = desk.issue(
        "汛后入河排污口全面排查", ago=60, due=20, owners=[desk.office], text="逐口核查，现场拍照，登记入库。"
    )
    children = actions.pass_down(item, on=desk.day(60), by=desk.staff.upper, at=desk.at(60))
    found = [part for child in children for part in child.parts.select_related("item__unit", "body") if part.body]
    paper = library.file_bytes(
        pdf(["排查情况报告（演示）", desk.root.name, "本件为演示材料，内容均系虚构。"]),
        name=f"{desk.root.name}排查情况报告（演示）.pdf",
        by=desk.staff.clerk,
        at=desk.at(40),
    ).sha256
    few = found[:24]
    for place, part in enumerate(few):
        if place % 4 != 3:
            desk.answer(part, "已完成排查，清单附后", ago=25 - place % 5, sha256=paper)
        if place % 4 == 1:
            assert part.body is not None
            if not part.item.children.exists():
                desk.close(part.item, part.body, ago=19)
    sent_back = few[2] if len(few) > 2 else few[0]
    sent_back.refresh_from_db()
    sent_back.item.refresh_from_db()
    reason = "缺少现场照片，请补充后重新反馈。"
    actions.return_feedback(sent_back, reason=reason, on=desk.day(12), by=desk.staff.reviewer, at=desk.at(12))
    overdue = [one.item for one in few if one.state == "awaiting"]
    for one in overdue:
        one.refresh_from_db()
    if overdue:
        actions.urge(overdue, text="请尽快办理并反馈（演示）。", on=desk.day(8), by=acting(desk.office), at=desk.at(8))
    return [part.body for part in found if part.body]


def under_a_clause(desk: Desk) -> None:
    """Where the scheme lists units by clause: an item of that list, under way; and one closed by its only bureau."""
    if desk.scheme in CLAUSES:
        clause, text = CLAUSES[desk.scheme]
        item = desk.issue("按方案分工推进信息核对", ago=9, due=-21, owners=[], clause=clause, text=text)
        parts = [part for part in queries.parts_of(item) if part.body_id]
        for part in [*parts[-2:], *(one for one in parts[:4] if one.part != PartKind.SUPPORTING)]:
            part.item.refresh_from_db()
            part.refresh_from_db()
            desk.answer(part, "已组织核对，进展正常", ago=2)
    housing = desk.staff.bureaus["住房和城乡建设局"]
    done = desk.issue("排查城区雨污混接点", ago=75, due=45, owners=[housing], text="摸清混接点位，列出改造清单。")
    desk.answer(done.parts.select_related("item", "body").get(), "混接点 12 处，已列入改造计划", ago=50)
    desk.close(done, housing, ago=48)


def issues(desk: Desk, below: list[Body]) -> None:
    """An issue that grew old and was answered from above, and one that just came up."""
    old = desk.issue(
        "跨界沟渠排污口责任不清", ago=40, due=25, owners=[below[0]], kind=ItemKind.ISSUE, unit=below[0].unit
    )
    actions.escalate(old, on=desk.day(20), by=CONSOLE, at=desk.at(20))
    text = "由属地政府先行兜底，一个月内明确责任主体（演示）。"
    actions.decide(old, text=text, due=desk.day(-12), on=desk.day(18), by=desk.staff.upper, at=desk.at(18))
    desk.issue("新建道路雨水口排水异常", ago=4, due=-6, owners=[below[-1]], kind=ItemKind.ISSUE, unit=below[-1].unit)


def meeting(desk: Desk, below: list[Body], outlets: list[Outlet]) -> None:
    """A meeting with three decisions; one names an outlet with its owner, one an owner and a day, one asks for
    nothing."""
    outlet = outlets[len(outlets) // 2]
    owner = max(
        (one for one in below if outlet.unit_path.startswith(one.unit_path)),
        key=lambda one: len(one.unit_path),
        default=below[0],
    )
    actions.record_meeting(
        mechanism=MECHANISMS.get(desk.scheme, BY_DEFAULT),
        title="入河排污口工作会商（演示）",
        unit=desk.root,
        decisions=[
            NewDecision("对该排污口开展联合溯源，明确责任主体（演示）。", [owner], due=desk.day(-15), outlets=[outlet]),
            NewDecision(
                "提出雨污分流改造年度安排（演示）。", [desk.staff.bureaus["住房和城乡建设局"]], due=desk.day(-40)
            ),
            NewDecision("通报上季度工作进展（演示）。"),
        ],
        on=desk.day(15),
        by=desk.staff.upper,
        at=desk.at(15),
        is_demo=True,
    )


def _outlets(walk: Walk) -> list[Outlet]:
    return [life.outlet for life in walk.lives if life.outlet is not None and life.outlet.in_register]


def _log_ins(scheme: Scheme, officers: Officers, staff: Staff, below: list[Body]) -> None:
    """Who may be signed in as: an office that coordinates, a body that implements, a bureau that supports."""
    if scheme is JIYUAN:
        office = staff.bureaus["河长制办公室"]
        officers.hire("jiyuan-office", Role.REVIEWER, unit=office.unit, body=office)
        officers.hire("jiyuan-town", Role.REVIEWER, unit=below[0].unit, body=below[0])
    elif scheme is XINJIANG:
        town = next((body for body in below if body.unit.code == "140825104"), below[0])
        officers.hire("xinjiang-town", Role.REVIEWER, unit=town.unit, body=town)
    elif scheme is DATONG:
        officers.hire("datong-pingcheng", Role.REVIEWER, unit=below[1].unit, body=below[1])
        water = staff.bureaus["水利局"]
        officers.hire("datong-water", Role.REVIEWER, unit=water.unit, body=water)
