"""撤回事实, 更正和解除排污通道: which one, why, and what it should have been. Reached from the lists on the page."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as noop
from qingyuan.registry import actions, guards, queries
from qingyuan.registry.models import ChannelOutlet, Fact, Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.web import facts
from qingyuan.web.outlets.act_forms import ActForm, AddChannel, body_for


def may_retract(outlet: Outlet, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    """Whether there is a fact one may take back."""
    reason = access.refusal(by, Permission.OUTLET_ENTER_FACT, place_of(outlet)) or guards.withdrawn(outlet)
    if reason is None and not queries.facts_about(outlet):
        return Refusal("registry.no_fact", noop("还没有录入的事实。"))
    return reason


def may_change(outlet: Outlet, by: Actor, on: date, _at: datetime) -> Refusal | None:
    """Whether there is a channel one may correct or end."""
    reason = access.refusal(by, Permission.OUTLET_CORRECT, place_of(outlet)) or guards.withdrawn(outlet)
    if reason is None and not queries.chain(outlet, on=on).branches:
        return Refusal("registry.no_channel", noop("还没有排污通道。"))
    return reason


class RetractFact(forms.Form):
    """撤回事实: it was entered in error."""

    fact = forms.ChoiceField(label=_("要撤回的事实"))
    reason = forms.CharField(label=_("撤回理由"), max_length=200)

    def __init__(self, *args: object, outlet: Outlet, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.outlet = outlet
        self.policy = None
        self.known = {str(one.pk): one for one in queries.facts_about(outlet)}
        self.fields["fact"].choices = [(key, _told(one)) for key, one in self.known.items()]  # type: ignore[attr-defined]


def _told(fact: Fact) -> str:
    value = plain("是") if fact.value is True else plain("否") if fact.value is False else str(fact.value)
    return plain("%(title)s：%(value)s（自%(day)s，%(source)s）") % {
        "title": facts.title(fact.name),
        "value": value,
        "day": fact.from_day.isoformat(),
        "source": fact.source,
    }


def retract_fact(outlet: Outlet, form: RetractFact, by: Actor, at: datetime) -> bool:
    """撤回事实."""
    given = form.cleaned_data
    fact = form.known[given["fact"]]
    actions.retract_fact(fact, place=place_of(outlet), reason=given["reason"], by=by, at=at)
    return True


def links_of(outlet: Outlet) -> dict[str, queries.Branch]:
    """The channels that lead to the outlet today, by the id of the link."""
    branches = queries.chain(outlet, on=timezone.localdate()).branches
    return {str(one.link.pk): one for one in branches}


class CorrectChannel(AddChannel):
    """更正排污通道: all of it as it should have been recorded."""

    channel = forms.ChoiceField(label=_("排污通道"))
    reason = forms.CharField(label=_("更正理由"), max_length=200)

    field_order = ("channel", "name", "kind", "length_m")

    def prepare(self) -> None:
        super().prepare()
        self.fields["on"].label = plain("更正日期")
        links = links_of(self.outlet)
        self.fields["channel"].choices = [(key, one.channel.name) for key, one in links.items()]  # type: ignore[attr-defined]
        chosen = links.get(str(self.data.get("channel") or self.initial.get("channel") or next(iter(links), "")))
        if chosen is None:
            return
        self.chosen = chosen
        channel = chosen.channel
        if channel.kind and channel.kind not in dict(self.fields["kind"].choices):  # type: ignore[attr-defined]
            self.fields["kind"].choices = [*self.fields["kind"].choices, (channel.kind, channel.kind)]  # type: ignore[attr-defined]
        self.held = {source.body.name: source.body for source in chosen.sources}
        first = {"channel": str(chosen.link.pk), "name": channel.name, "kind": channel.kind}
        self.initial.update(first, length_m=channel.length_m)
        for number, source in zip("123", chosen.sources, strict=False):
            share = None if source.share is None else (source.share * 100).normalize()
            self.initial.update({f"body_{number}": source.body.name, f"share_{number}": share})

    def body_named(self, text: str) -> Body | None:
        return self.held.get(text) or body_for(text, near=self.outlet.unit_path)


class RemoveChannel(ActForm):
    """解除排污通道."""

    channel = forms.ChoiceField(label=_("排污通道"))
    reason = forms.CharField(label=_("解除理由"), max_length=200)

    field_order = ("channel",)

    def earliest(self) -> None:
        return None

    def prepare(self) -> None:
        self.fields["on"].label = plain("自何日起不再通向本排污口")
        self.fields["on"].help_text = plain("登记有误、从未通向本排污口的，填写登记的起始日期")
        names = [(key, f"{one.channel.name}（{_since(one.link)}）") for key, one in links_of(self.outlet).items()]
        self.fields["channel"].choices = names  # type: ignore[attr-defined]


def _since(link: ChannelOutlet) -> str:
    return plain("自%(day)s") % {"day": link.from_day.isoformat()} if link.from_day else plain("起始日期不详")


def correct_channel(outlet: Outlet, form: CorrectChannel, by: Actor, at: datetime) -> bool:
    """更正排污通道. More dischargers than the form has room for stay as they are."""
    given, before = form.cleaned_data, outlet.version
    link = form.chosen.link
    link.outlet = outlet
    rest: list[tuple[Body, Decimal | None]] = [(one.body, one.share) for one in form.chosen.sources[3:]]
    actions.correct_channel(
        link,
        name=given["name"],
        kind=given["kind"],
        length_m=given["length_m"],
        sources=(*given["sources"], *rest),
        reason=given["reason"],
        on=given["on"],
        by=by,
        at=at,
    )
    return outlet.version != before


def remove_channel(outlet: Outlet, form: RemoveChannel, by: Actor, at: datetime) -> bool:
    """解除排污通道."""
    given = form.cleaned_data
    link = links_of(outlet)[given["channel"]].link
    link.outlet = outlet
    actions.remove_channel(link, reason=given["reason"], on=given["on"], by=by, at=at)
    return True
