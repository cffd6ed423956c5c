"""Officers out of a file: 登录名、姓名、角色、区划、单位、起、止. Judged as a whole before anything is entered.

The same file twice changes nothing: who stands there with the same role and reach is 无变化. Passwords are handed in by
the door that shows them once; here nothing of them is kept.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from qingyuan.access import actions
from qingyuan.access import officers as queries
from qingyuan.access.models import Officer
from qingyuan.bodies import queries as bodies
from qingyuan.core import access
from qingyuan.core.access import LABELS, Actor, Permission, Place, Role
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import reading
from qingyuan.exchange.container import Source
from qingyuan.exchange.findings import ERROR, Finding
from qingyuan.exchange.streaming import Value, write_csv, write_xlsx
from qingyuan.exchange.tables import Line, cell_name
from qingyuan.exchange.values import text_of
from qingyuan.places import queries as places

MOST_ROWS = 500
COLUMNS = ("登录名", "姓名", "角色", "行政区划", "单位", "起", "止")
OTHERS = {
    "区划": "行政区划",
    "区划代码": "行政区划",
    "区划代码或名称": "行政区划",
    "所在单位": "单位",
    "账号": "登录名",
}
EXAMPLE = ("yanshi.jingban", "演示经办员", "经办人员", "140213", "", "2026-01-01", "")
_USERNAME = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it would do is `verdict`: new, role (one more role of somebody who is there), unchanged,
    refused. `reach` is what access.actions.assign takes; `stated` the first day where the file states one."""

    number: int
    username: str
    name: str
    verdict: str
    reach: Mapping[str, object]
    stated: date | None
    to_day: date | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A whole file: its lines and everything found."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    def count(self, verdict: str) -> int:
        """How many lines would do this."""
        return sum(row.verdict == verdict for row in self.rows)

    def as_json(self) -> dict[str, object]:
        """The form scripts rely on."""
        kinds = ("new", "role", "unchanged", "refused")
        counts = {kind: self.count(kind) for kind in kinds}
        return {"rows": len(self.rows), **counts, "findings": [one.as_json() for one in self.findings]}


@dataclass(frozen=True, slots=True)
class Entered:
    """What was done: new accounts with their one-time passwords (None where none was given), and how many got one more
    role."""

    made: tuple[tuple[Officer, str | None], ...]
    roles: int


def template(form: str) -> bytes:
    """An empty file with its columns and one line as an example. `form`: csv or xlsx."""
    out = io.BytesIO()
    rows: list[Sequence[Value]] = [EXAMPLE]
    (write_csv if form == "csv" else write_xlsx)(out, COLUMNS, rows)
    return out.getvalue()


def texts_of(source: Source, filename: str) -> list[list[object]]:
    """The file as plain lines: number, then the texts in the order of COLUMNS, then the names of their cells.

    Raises
    ------
    Refused
        Any code of reading.read; `file.no_people_columns`; `file.too_many_rows`.
    """
    table = reading.read(source, filename, known=lambda label: _column(label) is not None)
    at = {_column(label): index for index, label in enumerate(table.heading.labels) if _column(label)}
    missing = [name for name in COLUMNS[:4] if name not in at]
    if missing:
        words = {"names": "、".join(missing)}
        raise Refused(Refusal("file.no_people_columns", _("文件中没有“%(names)s”列，请使用模板。"), words))
    found = [_texts(line, at) for line in table.lines() if not line.skip and any(map(text_of, line.cells))]
    if len(found) > MOST_ROWS:
        raise Refused(Refusal("file.too_many_rows", _("一次最多 %(n)s 行，请分开上传。"), {"n": MOST_ROWS}))
    return found


def judge(lines: Sequence[Sequence[object]], *, by: Actor, today: date) -> Judged:
    """What each line would do and what is wrong with it; nothing is written. Asked again right before entering."""
    seen: dict[tuple[object, ...], int] = {}
    rows, findings = [], []
    for line in lines:
        row, wrong = _Line(line, by, today).judged()
        key = (row.username, *(str(one) for one in row.reach.values()))
        if not wrong and key in seen:
            wrong = [_finding(line, 0, "people.twice", _("与第 %(row)s 行重复。") % {"row": seen[key]})]
            row = replace(row, verdict="refused")
        seen.setdefault(key, row.number)
        rows.append(row)
        findings += wrong
    return Judged(tuple(rows), tuple(findings))


@transaction.atomic
def enter(judged: Judged, *, password: Callable[[], str | None], by: Actor, at: datetime) -> Entered:
    """Enrol and assign every good line, all or none. A name that stands on several lines is one account. An account
    without a password waits until it gets one.

    Raises
    ------
    Refused
    """
    made: dict[str, tuple[Officer, str | None]] = {}
    roles = 0
    for row in judged.rows:
        if row.verdict not in {"new", "role"}:
            continue
        officer = Officer.objects.filter(username=row.username).first()
        if officer is None:
            text = password()
            officer = actions.enrol(username=row.username, name=row.name, password=text, by=by, at=at)
            made[row.username] = (officer, text)
        else:
            roles += row.username not in made
        if not queries.holds_within(officer, row.reach, from_day=row.stated, to_day=row.to_day):
            actions.assign(officer, by=by, at=at, **row.reach)  # type: ignore[arg-type]
    return Entered(tuple(made.values()), roles)


class _Line:
    """One line while it is judged."""

    def __init__(self, line: Sequence[object], by: Actor, today: date) -> None:
        self.line, self.by, self.today = line, by, today
        self.texts = dict(zip(COLUMNS, map(str, line[1:8]), strict=True))
        self.wrong: list[Finding] = []
        self.stated: date | None = None
        self.to_day: date | None = None

    def judged(self) -> tuple[Row, list[Finding]]:
        username, name = self.texts["登录名"], self.texts["姓名"]
        if not _USERNAME.fullmatch(username):
            self.no("登录名", "people.username", _("登录名只用文字、数字和 . @ + - _，不含空格，不超过 64 个字。"))
        if not name or len(name) > 64:
            self.no("姓名", "people.name", _("请填写姓名，不超过 64 个字。"))
        reach = self.reach()
        officer = Officer.objects.filter(username=username).first() if not self.wrong else None
        verdict = "new"
        if officer is not None:
            if officer.name != name or officer.is_program:
                self.no("登录名", "people.taken", _("登录名已由另一账号使用。"))
            elif not officer.is_active:
                self.no("登录名", "people.off", _("该账号已停用，请先启用。"))
            held = not self.wrong and queries.holds_within(officer, reach, from_day=self.stated, to_day=self.to_day)
            verdict = "unchanged" if held else "role"
        number = int(str(self.line[0]))
        refused = "refused" if self.wrong else verdict
        return Row(number, username, name, refused, reach, self.stated, self.to_day), self.wrong

    def reach(self) -> dict[str, object]:
        """Role, place and days; what is wrong with them is noted."""
        roles = {label: role for role, label in LABELS.items() if isinstance(role, Role)}
        said = self.texts["角色"]
        role = roles.get(said) or (Role(said) if said in set(Role) else None)
        if role is None or role in {Role.CONSOLE, Role.ENTERPRISE, Role.RIVER_CHIEF}:
            words = "、".join(
                label for label, one in roles.items() if one not in {Role.CONSOLE, Role.ENTERPRISE, Role.RIVER_CHIEF}
            )
            self.no("角色", "people.role", _("角色须是：%(words)s。") % {"words": words})
        unit = body = None
        try:
            unit = places.unit_for(self.texts["行政区划"], within=self.root)
        except NotFound:
            self.no("行政区划", "people.unit", _("没有这个行政区划，或名称不止一处，请填写代码。"))
        if unit is not None and access.refusal(self.by, Permission.OFFICERS_MANAGE, Place(unit_path=unit.path)):
            self.no("行政区划", "people.scope", _("该行政区划不在您管理账号的范围内。"))
        if text := self.texts["单位"]:
            body = bodies.named(text, path=self.root)
            if body is None:
                self.no("单位", "people.body", _("没有这个单位，或名称不止一处。"))
        self.stated, self.to_day = self.day("起"), self.day("止")
        start, end = self.stated or self.today, self.to_day
        if end is not None and end <= start:
            self.no("止", "people.days", _("结束日期须晚于开始日期。"))
        return {"role": role, "unit": unit, "body": body, "from_day": start, "to_day": end}

    @property
    def root(self) -> str:
        return min(queries.managed_paths(self.by), key=len, default="")

    def day(self, name: str) -> date | None:
        text = self.texts[name].replace("/", "-").replace(".", "-")[:10]
        if not text:
            return None
        try:
            return date(*(int(part) for part in text.split("-")))
        except (ValueError, TypeError):
            self.no(name, "people.day", _("日期请写成 2026-01-31。"))
            return None

    def no(self, column: str, code: str, text: str) -> None:
        self.wrong.append(_finding(self.line, COLUMNS.index(column), code, text))


def _finding(line: Sequence[object], column: int, code: str, text: str) -> Finding:
    return Finding(int(str(line[0])), COLUMNS[column], code, ERROR, text, cell=str(line[8 + column]))


def _column(label: str) -> str | None:
    plain = re.sub(r"[\s*（(].*", "", label)
    plain = OTHERS.get(plain, plain)
    return plain if plain in COLUMNS else None


def _texts(line: Line, at: Mapping[str | None, int]) -> list[object]:
    texts, cells = [], []
    for name in COLUMNS:
        index = at.get(name)
        value = line.cells[index] if index is not None and index < len(line.cells) else None
        text = value.date().isoformat() if isinstance(value, datetime) else text_of(value)
        texts.append(text.strip()[:200])
        cells.append(cell_name(index, line.number) if index is not None else "")
    return [line.number, *texts, *cells]
