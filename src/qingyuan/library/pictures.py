"""What a photograph says of itself: its size, when and where it was taken and which way, and how it is known again.

Nothing here trusts a file: what is no picture, or a broken one, or a bomb, is None, never an error.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
from PIL import ExifTags, Image, ImageOps

from qingyuan.core.geometry import in_china
from qingyuan.core.pictures import GRID, Floats

BEIJING = timezone(timedelta(hours=8))
PIXELS_AT_MOST = 120_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
MARKS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"GIF8")
PLACES = Decimal("0.000001")
Image.MAX_IMAGE_PIXELS = None  # asked for here, by PIXELS_AT_MOST, before anything is decoded


@dataclass(frozen=True, slots=True)
class Reading:
    """A picture as it was read. Position in degrees as the camera wrote it (WGS 84), bearing in degrees from north;
    None where the camera did not say."""

    width: int
    height: int
    shade: Floats
    taken_at: datetime | None
    position: tuple[Decimal, Decimal] | None
    bearing_deg: float | None
    camera: str


def is_picture(content: bytes) -> bool:
    """Whether the first bytes are those of a picture that can be read."""
    return content.startswith(MARKS)


def read(content: bytes) -> Reading | None:
    """Read a picture; None when it cannot be read."""
    if not is_picture(content):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(content)
    except (OSError, ValueError, SyntaxError, MemoryError, ArithmeticError, KeyError, IndexError, TypeError):
        return None


def _read(content: bytes) -> Reading | None:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        if width * height > PIXELS_AT_MOST or not width or not height:
            return None
        exif = image.getexif()
        turned = ImageOps.exif_transpose(_small(image)) if exif.get(ExifTags.Base.Orientation, 1) != 1 else image
        grey = _small(turned).convert("L").resize((GRID, GRID), Image.Resampling.BILINEAR)
        shade = np.asarray(grey, dtype=np.float32)
    inner, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    camera = " ".join(_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)).strip()
    return Reading(width, height, shade, _taken(inner, exif), _position(place), _bearing(place), camera[:64])


def _small(image: Image.Image) -> Image.Image:
    """Decoded at a fraction of its size where the format can (JPEG): a large photograph in some milliseconds."""
    image.draft("L", (GRID * 4, GRID * 4))
    return image


def _taken(inner: Mapping[int, object], outer: Mapping[int, object]) -> datetime | None:
    said = _text(inner.get(ExifTags.Base.DateTimeOriginal) or outer.get(ExifTags.Base.DateTime))
    try:
        local = datetime.strptime(said[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    zone = _text(inner.get(ExifTags.Base.OffsetTimeOriginal))
    try:
        found = datetime.strptime(f"{said[:19]} {zone}", "%Y:%m:%d %H:%M:%S %z") if zone else None
    except ValueError:
        found = None
    found = found or local.replace(tzinfo=BEIJING)
    return found.astimezone(UTC) if 1980 <= found.year <= 2200 else None


def _position(place: Mapping[int, object]) -> tuple[Decimal, Decimal] | None:
    latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef), "S")
    longitude = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef), "W")
    if latitude is None or longitude is None or not in_china(longitude, latitude):
        return None
    return Decimal(str(longitude)).quantize(PLACES), Decimal(str(latitude)).quantize(PLACES)


def _degrees(parts: object, side: object, negative: str) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    found = degrees + minutes / 60 + seconds / 3600
    return -found if _text(side).upper() == negative else found


def _bearing(place: Mapping[int, object]) -> float | None:
    said = place.get(ExifTags.GPS.GPSImgDirection)
    if said is None:
        return None
    found = float(str(float(said)))  # type: ignore[arg-type]
    return found % 360 if 0 <= found <= 360 else None


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "ignore")
    return str(value or "").replace("\x00", "").strip()


def thumbnail(content: bytes, *, side: int = 480) -> bytes | None:
    """The picture drawn anew at most `side` pixels wide and high, as JPEG without anything the camera wrote into it;
    None when it cannot be read. What was uploaded itself is never shown as a page of the site."""
    if read(content) is None:
        return None
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        image.draft("RGB", (side * 2, side * 2))
        drawn = ImageOps.exif_transpose(image).convert("RGB")
        drawn.thumbnail((side, side))
        kept = io.BytesIO()
        drawn.save(kept, "JPEG", quality=80)
        return kept.getvalue()
