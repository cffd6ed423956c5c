"""May they? Codes, number ranges, signboards: one function per action, same name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.coding import Code, CodeFault, check_code, parse_code
from qingyuan.core.lifecycle import BITS, STAGES, Milestone, Stage
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Level, Unit
from qingyuan.registry.guards import not_yet, withdrawn
from qingyuan.registry.guards_work import code_taken
from qingyuan.registry.models import Alias, MainLink, Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.standardisation import names, rules
from qingyuan.stages.standardisation.models import IssuedCode, Segment
from qingyuan.stages.standardisation.words import SegmentState

LONGEST_REASON = 200
_BASIN = re.compile(r"[A-Z]{2}")


@guard
def issue_code(
    outlet: Outlet,
    *,
    basin: str,
    code: str,
    name: str,
    by: Actor,
    on: date,
    at: datetime,
    segment: Segment | None = None,
) -> Iterator[Refusal | None]:
    """命名编码 by whom the scheme names, from verification and classification on, retained or not (新绛 三(六), 大同
    三(七), 吉林 二(七)). `code`: one that was written by hand, "" for the next free one."""
    policy = rules.policy_of(outlet.unit_path, on=on)
    yield access.refusal(by, Permission.CODE_ISSUE, place_of(outlet))
    yield withdrawn(outlet)
    yield authority_refusal(outlet, policy, by=by)
    yield ready(outlet, policy)
    if rules.county_of(outlet.unit_path) is None:
        yield Refusal("coding.no_county", _("请先把所在区划明确到县（市、区），再赋码。"))
    yield letters_refusal(outlet, policy)
    if code:
        yield written_refusal(outlet, policy, text=code, segment=segment)
    else:
        yield main_refusal(outlet, policy)
        yield basin_refusal(outlet, policy, basin)
    yield name_refusal(outlet, name)
    yield not_yet(on, at)


def authority_refusal(outlet: Outlet, policy: Policy, *, by: Actor) -> Refusal | None:
    """Where the scheme names who codes, nobody else does; silent ones say the ecology bureau (C-31)."""
    who = rules.authority(policy)
    if rules.may_code(by, outlet, who):
        return None
    text = _("本地命名和编码由%(who)s办理。")
    return Refusal("access.not_coder", text, {"who": "、".join(who.names)}, who.clause)


def ready(outlet: Outlet, policy: Policy) -> Refusal | None:
    """Verified and classified, standing, and without a code: a second one is refused (XJ-59, DT-98, JL-85)."""
    clause = rules.clause_of(policy, "coding.authority")
    if outlet.national_code:
        text = _("已有国家编码 %(code)s；编码一经赋予不得更改，只能注销后重新赋码。")
        return Refusal("coding.coded_already", text, {"code": outlet.national_code}, clause)
    stage = Stage(outlet.stage)
    if not outlet.in_register:
        return Refusal("coding.not_registered", _("尚未列入名录，不能赋码。"), {}, clause)
    if stage in {Stage.CLOSED, Stage.MERGED}:
        return Refusal("coding.gone", _("该排污口%(stage)s，不再赋码。"), {"stage": STAGES[stage]}, clause)
    for milestone, word in ((Milestone.VERIFIED, _("核实")), (Milestone.CLASSIFIED, _("分类"))):
        if not outlet.milestones & BITS[milestone]:
            text = _("核实并分类之后才能命名编码，该排污口还没有%(what)s。")
            return Refusal("coding.too_early", text, {"what": word}, clause)
    return None


def letters_refusal(outlet: Outlet, policy: Policy) -> Refusal | None:
    if rules.letters_of(outlet, policy) is not None:
        return None
    clause = rules.clause_of(policy, "coding.type_codes")
    return Refusal("coding.no_letters", _("类型代码表中没有该排污口类型的代码。"), {}, clause)


def main_refusal(outlet: Outlet, policy: Policy) -> Refusal | None:
    """A branch follows its main outlet: coded before it, of the same type letters."""
    link = MainLink.objects.select_related("main").filter(branch=outlet, to_day=None).first()
    if link is None:
        return None
    code = parse_code(link.main.national_code)
    if isinstance(code, CodeFault):
        text = _("支口随主口编码，请先为主口“%(main)s”赋码。")
        return Refusal("coding.main_first", text, {"main": link.main.name}, "HJ 1235-2021")
    letters = rules.letters_of(outlet, policy)
    if letters is not None and letters.letters != code.type:
        text = _("主口编码的类型代码是 %(main)s，支口的类型是 %(branch)s，请核对分类或支口关系。")
        return Refusal("coding.branch_type", text, {"main": code.type, "branch": letters.letters}, "HJ 1235-2021")
    return None


def basin_refusal(outlet: Outlet, policy: Policy, basin: str) -> Refusal | None:
    """Two letters are needed; those the table does not know are doubted, not refused."""
    given = basin or rules.basin_of(outlet, policy)
    if not given:
        return Refusal("coding.no_basin", _("受纳水体和本地都没有流域水系字母，请填写 2 位字母。"))
    if not _BASIN.fullmatch(given):
        return Refusal("coding.basin", _("流域水系字母应为 2 位大写字母。"))
    return None


def written_refusal(outlet: Outlet, policy: Policy, *, text: str, segment: Segment | None = None) -> Refusal | None:
    """A code written by hand: of this county and type, of the pattern, and nobody's before."""
    code = parse_code(text)
    if isinstance(code, CodeFault):
        return Refusal(code.code, code.reason)
    letters, county = rules.letters_of(outlet, policy), rules.county_of(outlet.unit_path)
    if letters is not None and code.type != letters.letters:
        words = _("“%(code)s”的类型代码 %(given)s 与该排污口的类型不符，应为 %(letters)s。")
        said = {"code": str(code), "given": code.type, "letters": letters.letters}
        return Refusal("coding.other_letters", words, said, letters.clause)
    if county is not None and (faults := check_code(code, county=county.code)):
        return Refusal(faults[0].code, faults[0].reason)
    return (
        pattern_refusal(code, policy)
        or branch_refusal(outlet, code)
        or code_taken(outlet, str(code))
        or used_refusal(outlet, code)
        or reserved_refusal(code, segment)
    )


def pattern_refusal(code: Code, policy: Policy) -> Refusal | None:
    """The configured pattern (coding.pattern, C-30)."""
    pattern = str(policy.value("coding.pattern", "") or "")
    if not pattern or re.fullmatch(pattern, str(code)):
        return None
    clause = rules.clause_of(policy, "coding.pattern")
    return Refusal("coding.pattern", _("编码“%(code)s”不符合本地编码式样。"), {"code": str(code)}, clause)


def branch_refusal(outlet: Outlet, code: Code) -> Refusal | None:
    """00 for a main or single outlet; a branch bears its main's code but for the last two digits."""
    link = MainLink.objects.select_related("main").filter(branch=outlet, to_day=None).first()
    main = parse_code(link.main.national_code) if link else None
    fits = code.branch == 0 if link is None else code.branch > 0 and code.main == main
    if fits:
        return None
    return Refusal("coding.branch", _("末两位与支口关系不符：主口或单口为 00，支口为 01 起。"), {}, "HJ 1235-2021")


def used_refusal(outlet: Outlet, code: Code) -> Refusal | None:
    """A code, or its serial in the county under other letters, that was issued before."""
    text = str(code)
    if IssuedCode.objects.filter(text=text).exists() or Alias.objects.filter(kind="national", text=text).exists():
        return Refusal("coding.used", _("编码“%(code)s”已经用过，不能再次使用。"), {"code": text})
    same = IssuedCode.objects.filter(county=code.county, serial=code.serial).exclude(outlet=outlet)
    if code.branch == 0 and same.exists():
        words = _("顺序码 %(serial)s 在本县（市、区）已经用过。")
        return Refusal("coding.serial_used", words, {"serial": f"{code.serial:04d}"})
    return None


def reserved_refusal(code: Code, segment: Segment | None) -> Refusal | None:
    """A number of a range that is reserved for somebody comes in by that range alone."""
    held = Segment.objects.filter(county=code.county, first__lte=code.serial, last__gte=code.serial).first()
    if held is None or (segment is not None and held.pk == segment.pk):
        return None
    words = _("顺序码 %(serial)s 属于预留给“%(holder)s”的号段，请通过该号段上报。")
    return Refusal("coding.reserved", words, {"serial": f"{code.serial:04d}", "holder": held.holder})


def name_refusal(outlet: Outlet, name: str) -> Refusal | None:
    """A name is one in its county."""
    plain = name.strip() or outlet.name
    if len(plain) > names.LONGEST:
        return Refusal("coding.long_name", _("名称不超过 %(most)s 个字。"), {"most": names.LONGEST})
    if names.is_taken(outlet, plain):
        words = _("本县（市、区）已有名为“%(name)s”的排污口，请加序号区分。")
        return Refusal("coding.name_taken", words, {"name": plain}, "HJ 1235-2021")
    return None


@guard
def void_code(outlet: Outlet, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """注销编码: the only way to another code."""
    policy = rules.policy_of(outlet.unit_path, on=on)
    yield access.refusal(by, Permission.CODE_ISSUE, place_of(outlet))
    yield withdrawn(outlet)
    yield authority_refusal(outlet, policy, by=by)
    if not outlet.national_code:
        yield Refusal("coding.no_code", _("还没有国家编码，无从注销。"))
    if not reason.strip():
        yield Refusal("coding.no_reason", _("请填写注销编码的理由。"))
    issued = IssuedCode.objects.filter(text=outlet.national_code).first()
    if issued is not None and on < issued.issued_on:
        words = _("注销日期不能早于赋码日期 %(day)s。")
        yield Refusal("coding.before_issue", words, {"day": issued.issued_on.isoformat()})
    yield not_yet(on, at)


@guard
def reserve_segment(
    unit: Unit, *, basin: str, count: int, holder: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """预留号段 for a team or a county that names offline."""
    policy = rules.policy_of(unit.path, on=on)
    yield access.refusal(by, Permission.CODE_ISSUE, Place(unit_path=unit.path, managing_path=unit.path))
    yield segment_coder(unit, policy, by=by)
    if unit.level != Level.COUNTY or unit.kind != "division":
        yield Refusal("coding.not_county", _("号段按县（市、区）预留，请选择一个县（市、区）。"))
    if not _BASIN.fullmatch(basin):
        yield Refusal("coding.basin", _("流域水系字母应为 2 位大写字母。"))
    most = int(str(policy.value("coding.segment_most", 500)))
    if not 1 <= count <= most:
        clause = rules.clause_of(policy, "coding.segment_most")
        yield Refusal("coding.segment_size", _("一个号段可预留 1 至 %(most)s 个号。"), {"most": most}, clause)
    if not holder.strip():
        yield Refusal("coding.no_holder", _("请填写号段由谁使用。"))
    yield not_yet(on, at)


def segment_coder(unit: Unit, policy: Policy, *, by: Actor) -> Refusal | None:
    """The same bodies as for a code, asked of the county itself."""
    stand_in = Outlet(unit=unit, unit_path=unit.path, managing_path=unit.path)
    return authority_refusal(stand_in, policy, by=by)


@guard
def report_segment(segment: Segment, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """上报号段: the numbers a team used."""
    unit = segment.unit
    yield access.refusal(by, Permission.CODE_ISSUE, Place(unit_path=unit.path, managing_path=unit.path))
    yield segment_coder(unit, rules.policy_of(unit.path, on=on), by=by)
    if segment.state != SegmentState.OPEN:
        yield Refusal("coding.segment_closed", _("号段已收回，不能再上报。"))
    yield not_yet(on, at)


close_segment = report_segment
"""收回号段: asked the same. Numbers that were not used stay unused."""
