"""What is sent and what is answered: the base of every body, and the plain types they are made of."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from qingyuan.core.days import BEIJING

MARK = re.compile(r".*~[0-9]{1,17}", re.DOTALL)
EARLIEST, LATEST = date(1949, 10, 1), date(2199, 12, 31)
MOST_ID = 2**53 - 1
Row = TypeVar("Row")


def _plain(value: object) -> object:
    """A NUL or half a surrogate pair is no text: no database keeps it."""
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise PydanticCustomError("not_text", "not text")
    return value


PLAIN = BeforeValidator(_plain)
Id = Annotated[int, Field(ge=1, le=MOST_ID)]
Text = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=500)]
Name = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
Word = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=64)]


def text(most: int, *, least: int = 0) -> Any:
    """A text of at most so many letters, for lengths that have no name below."""
    return Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=least, max_length=most)]


# Texts of at most so many letters, as the columns hold.
Text16 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=16)]
Text18 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=18)]
Text24 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=24)]
Text32 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=32)]
Text40 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=40)]
Text64 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=64)]
Text120 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=120)]
Text128 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=128)]
Text160 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=160)]
Text200 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=200)]
Text500 = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=500)]


def _a_mark(value: str) -> str:
    """What is no mark is refused: taken for none, it would give the first page again and again."""
    if value and not MARK.fullmatch(value):
        raise PydanticCustomError("not_a_mark", "not a mark")
    return value


Mark = Annotated[str, PLAIN, StringConstraints(max_length=200), AfterValidator(_a_mark)]
"""Where a page begins, as `next` of the page before has it: what the rows are ordered by, `~`, an id."""


def _in_our_time(day: date) -> date:
    """An earlier day is a slip of the keys (0025 for 2025)."""
    if not EARLIEST <= day <= LATEST:
        raise PydanticCustomError("not_our_day", "no day of ours")
    return day


Day = Annotated[date, AfterValidator(_in_our_time)]


def _with_offset(moment: datetime) -> datetime:
    """A time without an offset is Beijing time."""
    _in_our_time(moment.date())
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


Moment = Annotated[datetime, AfterValidator(_with_offset)]
Reasons = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Longitude = Annotated[float, Field(ge=73, le=136, description="°，CGCS2000")]
Latitude = Annotated[float, Field(ge=3, le=54, description="°，CGCS2000")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Given(BaseModel):
    """What a client sends. A field that is not declared is an error, never silently dropped."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What is answered."""


class Page(Told, Generic[Row]):
    """One page of a list. `next` is the address of the following page, null on the last."""

    items: list[Row]
    next: str | None = Field(None, description="下一页的地址；没有下一页时为 null")


class Ref(Told):
    """A record named in another: its id or code, and its name."""

    id: int | str
    name: str


class Reason(Told):
    """Why something may not be done (a refusal of the domain)."""

    code: str
    text: str
    clause: str


class Done(Told):
    """An act that was done and has no record of its own to show."""

    done: bool = Field(True, description="false：此前已经办理，没有重复写入")


class Position(Given):
    """A point in degrees, CGCS2000."""

    longitude_deg: Longitude
    latitude_deg: Latitude

    @property
    def pair(self) -> tuple[Decimal, Decimal]:
        """To six decimals, as it is kept."""
        return Decimal(f"{self.longitude_deg:.6f}"), Decimal(f"{self.latitude_deg:.6f}")
