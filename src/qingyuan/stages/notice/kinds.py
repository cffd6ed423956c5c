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
}
