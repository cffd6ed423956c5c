"""Officers and their assignments."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.access.models_reading import Reading, ReadingFile
from qingyuan.access.models_second import RecoveryCode, SecondFactor
from qingyuan.bodies.models import Body
from qingyuan.core.access import LABELS, Role
from qingyuan.places.models import Unit, Water

__all__ = [
    "Assignment",
    "Officer",
    "OfficerManager",
    "ProgramToken",
    "Reading",
    "ReadingFile",
    "RecoveryCode",
    "SecondFactor",
    "roles",
]


def roles() -> list[tuple[str, str]]:
    """Labels for the stored roles."""
    return [(role.value, str(_(LABELS[role]))) for role in Role]


class OfficerManager(BaseUserManager["Officer"]):
    """What Django's sign-in asks for."""

    def get_by_natural_key(self, username: str | None) -> Officer:
        return self.get(username=username)


class Officer(AbstractBaseUser):
    """A person who signs in, or a program that comes with a token (`is_program`) and never signs in by password. Never
    deleted: what he did keeps his id."""

    username = models.CharField(_("登录名"), max_length=64, unique=True)
    name = models.CharField(_("姓名"), max_length=64)
    is_active = models.BooleanField(_("启用"), default=True)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    is_program = models.BooleanField(_("程序账号"), default=False)
    version = models.PositiveIntegerField(default=1)  # counts changes of the account and of what it holds

    USERNAME_FIELD = "username"
    objects = OfficerManager()

    def __str__(self) -> str:
        return f"{self.username} {self.name}"


class Assignment(models.Model):
    """A role held by an officer from a day to a day, within a reach: a unit's subtree, a water, a department, a
    party. One that was `delegated_from` another is held for its holder, who keeps his own."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="assignments")
    role = models.CharField(_("角色"), max_length=32, choices=roles)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("行政区划"))
    water = models.ForeignKey(Water, models.PROTECT, null=True, related_name="+", verbose_name=_("水体"))
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("所在单位"))
    party = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("排污单位"))
    reaches_own_area_only = models.BooleanField(_("只管本部门责任区"), default=False)
    from_day = models.DateField(_("起"))
    to_day = models.DateField(_("止"), null=True)
    delegated_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="delegations", verbose_name=_("代理")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_has_an_end",
                condition=Q(delegated_from__isnull=True) | Q(to_day__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_reaches_something",
                condition=Q(unit__isnull=False)
                | Q(water__isnull=False)
                | Q(party__isnull=False)
                | Q(body__isnull=False, reaches_own_area_only=True),
            ),
            models.CheckConstraint(
                name="assignment_ends_after_it_begins",
                condition=Q(to_day__isnull=True) | Q(to_day__gt=models.F("from_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.role}"


class ProgramToken(models.Model):
    """访问令牌 of a program, from a day to a day. Its text is shown once; kept are its hash, and its first signs by
    which people tell tokens apart."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="tokens")
    label = models.CharField(_("用途"), max_length=64)
    prefix = models.CharField(_("令牌前缀"), max_length=12)
    sha256 = models.CharField(max_length=64, unique=True)
    from_day = models.DateField(_("起"))
    to_day = models.DateField(_("止"), null=True)
    last_used_day = models.DateField(_("最近使用"), null=True)
    ended_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_ends_after_it_begins",
                condition=Q(to_day__isnull=True) | Q(to_day__gt=models.F("from_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.prefix}"
