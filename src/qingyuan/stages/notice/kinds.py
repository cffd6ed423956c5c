"""The kinds of notice and their sentences. A notice keeps its kind and its words, never the finished sentence."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from qingyuan.core.refusal import gettext_noop as _


class Kind(StrEnum):
    """Why somebody is told. The values are stored."""

    ITEM_ISSUED = "item.issued"
    ITEM_FEEDBACK = "item.feedback"
    ITEM_RETURNED = "item.returned"
    ITEM_CLOSED = "item.closed"
    ITEM_REOPENED = "item.reopened"
    ITEM_ESCALATED = "item.escalated"
    ITEM_URGED = "item.urged"
    ITEM_OVERDUE = "item.overdue"
    SIGN_URGED = "sign.urged"
    PROBLEM_LISTED = "problem.listed"
    PLAN_RETURNED = "plan.returned"
    PLAN_APPROVED = "plan.approved"
    WORKS_RETURNED = "works.returned"
    WORKS_ACCEPTED = "works.accepted"
    FILING_MADE = "filing.made"
    FILING_TAKEN = "filing.taken"
    FILING_RETURNED = "filing.returned"
    OUTLET_RETAINED = "outlet.retained"
    OUTLET_MERGED = "outlet.merged"
    OUTLET_CLOSED = "outlet.closed"
    ROUND_REOPENED = "round.reopened"
    LOOK_DUE = "look_back.due"


LABELS: Mapping[Kind, str] = {
    Kind.ITEM_ISSUED: _("新交办"),
    Kind.ITEM_FEEDBACK: _("已反馈"),
    Kind.ITEM_RETURNED: _("退回"),
    Kind.ITEM_CLOSED: _("办结"),
    Kind.ITEM_REOPENED: _("重新办理"),
    Kind.ITEM_ESCALATED: _("提级"),
    Kind.ITEM_URGED: _("催办"),
    Kind.ITEM_OVERDUE: _("逾期"),
    Kind.SIGN_URGED: _("敦促立牌"),
    Kind.PROBLEM_LISTED: _("列入问题清单"),
    Kind.PLAN_RETURNED: _("方案退回"),
    Kind.PLAN_APPROVED: _("方案审定"),
    Kind.WORKS_RETURNED: _("退回整改"),
    Kind.WORKS_ACCEPTED: _("验收销号"),
    Kind.FILING_MADE: _("销号备案"),
    Kind.FILING_TAKEN: _("已备案"),
    Kind.FILING_RETURNED: _("退回备案"),
    Kind.OUTLET_RETAINED: _("确定保留"),
    Kind.OUTLET_MERGED: _("确定合并"),
    Kind.OUTLET_CLOSED: _("确定取缔"),
    Kind.ROUND_REOPENED: _("重新整治"),
    Kind.LOOK_DUE: _("回头看"),
}

SENTENCES: Mapping[Kind, str] = {
    Kind.ITEM_ISSUED: _("%(from)s交办：%(title)s"),
    Kind.ITEM_FEEDBACK: _("%(from)s已反馈：%(title)s"),
    Kind.ITEM_RETURNED: _("反馈被退回，请补充后重新反馈：%(title)s"),
    Kind.ITEM_CLOSED: _("已办结：%(title)s"),
    Kind.ITEM_REOPENED: _("办结后重新办理：%(title)s"),
    Kind.ITEM_ESCALATED: _("下级逾期未办结，已提级到本单位：%(title)s"),
    Kind.ITEM_URGED: _("%(from)s催办：%(title)s"),
    Kind.ITEM_OVERDUE: _("已逾期未办结：%(title)s"),
    Kind.SIGN_URGED: _("请在明显位置树立标识牌：%(name)s（%(code)s）"),
    Kind.PROBLEM_LISTED: _("已列入问题排污口清单，请准备整治：%(name)s"),
    Kind.PLAN_RETURNED: _("整治方案被退回，请修改后重新提交：%(name)s（%(reason)s）"),
    Kind.PLAN_APPROVED: _("整治方案已审定，请按期开工：%(name)s"),
    Kind.WORKS_RETURNED: _("未通过验收，请继续整改：%(name)s（%(reason)s）"),
    Kind.WORKS_ACCEPTED: _("已验收（%(level)s）：%(name)s"),
    Kind.FILING_MADE: _("报请销号备案，请办理：%(name)s"),
    Kind.FILING_TAKEN: _("销号已备案：%(name)s"),
    Kind.FILING_RETURNED: _("销号备案被退回，请补充材料：%(name)s（%(reason)s）"),
    Kind.OUTLET_RETAINED: _("已列入需要保留的入河排污口清单：%(name)s"),
    Kind.OUTLET_MERGED: _("已确定合并：%(name)s"),
    Kind.OUTLET_CLOSED: _("已确定取缔：%(name)s"),
    Kind.ROUND_REOPENED: _("整治后反弹，重新列入问题清单：%(name)s"),
    Kind.LOOK_DUE: _("回头看到期，请核查并登记结果：%(name)s（期限%(due)s）"),
}
