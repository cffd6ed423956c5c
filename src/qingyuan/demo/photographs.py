"""Made-up photographs of river banks: drawn from a name, marked as such, with the place and day a phone would write."""

from __future__ import annotations

import io
from datetime import date
from hashlib import sha256

import numpy as np
from PIL import ExifTags, Image, ImageDraw

from qingyuan.registry.models import Outlet

WIDE, HIGH = 480, 360
BEARING_DEG = 135.0


def bank(name: str, *, on: date, outlet: Outlet, north_m: float = 0) -> bytes:
    """A JPEG: sky, bank and water with clouded light, the mouth of a pipe, the same for the same name; taken at ten
    on a day where the outlet is, or metres north of it."""
    chance = np.random.default_rng(int.from_bytes(sha256(name.encode()).digest()[:8], "big"))
    light = np.zeros((HIGH, WIDE), dtype=np.float32)
    for wide, high, strength in ((6, 5, 34), (16, 12, 22), (40, 30, 14), (160, 120, 8)):
        noise = Image.fromarray((chance.normal(0, strength, (high, wide)) + 128).clip(0, 255).astype(np.uint8))
        light += np.asarray(noise.resize((WIDE, HIGH), Image.Resampling.BICUBIC), dtype=np.float32) - 128
    sky, water = int(HIGH * chance.uniform(0.2, 0.4)), int(HIGH * chance.uniform(0.55, 0.75))
    colours = np.empty((HIGH, WIDE, 3), dtype=np.float32)
    colours[:sky], colours[sky:water], colours[water:] = (176, 196, 216), (104, 124, 84), (76, 92, 96)
    image = Image.fromarray((colours + light[..., None]).clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    x, size = int(chance.uniform(60, WIDE - 140)), int(chance.uniform(40, 90))
    draw.ellipse((x, water - size, x + size, water), fill=(150, 150, 146), outline=(60, 60, 58), width=6)
    draw.ellipse((x + 12, water - size + 12, x + size - 12, water - 12), fill=(34, 36, 38))
    draw.rectangle((0, HIGH - 26, WIDE, HIGH), fill=(20, 20, 20))
    draw.text((8, HIGH - 22), f"DEMO / YANSHI  {on.isoformat()}", fill=(255, 255, 255))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=72, exif=_exif(on, outlet, north_m))
    return kept.getvalue()


def _exif(on: date, outlet: Outlet, north_m: float) -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Make] = "YANSHI"
    made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{on:%Y:%m:%d} 10:00:00"
    if outlet.longitude_deg is None or outlet.latitude_deg is None:
        return made
    place = made.get_ifd(ExifTags.IFD.GPSInfo)
    sides = (
        (float(outlet.latitude_deg) + north_m / 111_000, ExifTags.GPS.GPSLatitudeRef, ExifTags.GPS.GPSLatitude, "N"),
        (float(outlet.longitude_deg), ExifTags.GPS.GPSLongitudeRef, ExifTags.GPS.GPSLongitude, "E"),
    )
    for value, reference, tag, side in sides:
        minutes = value % 1 * 60
        place[reference] = side
        place[tag] = (float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 3))
    place[ExifTags.GPS.GPSImgDirection] = BEARING_DEG
    return made
