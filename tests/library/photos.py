"""Made photographs: river banks of light and noise, with EXIF where wanted, and what people do to them."""

from __future__ import annotations

import io
from datetime import datetime
from fractions import Fraction

import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageEnhance


def scene(seed: int, *, width: int = 480, height: int = 360) -> Image.Image:
    """A bank: light above, dark water below, clouded noise, some things standing about. The same seed, the same
    picture."""
    chance = np.random.default_rng(seed)
    down, across = np.fft.fftfreq(height)[:, None] * height, np.fft.rfftfreq(width)[None] * width
    frequency = np.hypot(down, across)
    frequency[0, 0] = 1
    noise = chance.normal(size=frequency.shape) + 1j * chance.normal(size=frequency.shape)
    texture = np.fft.irfft2(noise / frequency ** chance.uniform(1.2, 2.0), s=(height, width))
    y = np.linspace(0, 1, height)[:, None]
    light = np.where(y < chance.uniform(0.2, 0.4), 200, np.where(y < chance.uniform(0.5, 0.75), 120, 70))
    grey = light + texture / texture.std() * chance.uniform(15, 35)
    image = Image.fromarray(np.clip(grey[..., None] * (1.0, 1.05, 0.9), 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _thing in range(int(chance.integers(2, 7))):
        x, top, size = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(20, width / 5)
        colour = tuple(int(one) for one in chance.integers(0, 255, 3))
        draw.ellipse((x, top, x + size, top + size), fill=colour)
    return image


def cropped(image: Image.Image, *, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Image.Image:
    """Without these parts of its sides."""
    wide, high = image.size
    return image.crop((round(wide * left), round(high * top), round(wide * (1 - right)), round(high * (1 - bottom))))


def brightened(image: Image.Image, factor: float) -> Image.Image:
    """Brighter or darker."""
    return ImageEnhance.Brightness(image).enhance(factor)


def jpeg(image: Image.Image, *, quality: int = 85, exif: Image.Exif | None = None) -> bytes:
    """As a file."""
    kept = io.BytesIO()
    image.convert("RGB").save(kept, "JPEG", quality=quality, exif=exif or Image.Exif())
    return kept.getvalue()


def png(image: Image.Image) -> bytes:
    """As a file without loss."""
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


def exif(
    *,
    at: datetime | None = None,
    position: tuple[float, float] | None = None,
    bearing: float | None = None,
    orientation: int = 1,
) -> Image.Exif:
    """What a phone writes: local time, longitude and latitude, direction."""
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = orientation
    made[ExifTags.Base.Make] = "演示"
    if at is not None:
        made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = at.strftime("%Y:%m:%d %H:%M:%S")
    place = made.get_ifd(ExifTags.IFD.GPSInfo)
    if position is not None:
        for value, tag, reference, side in (
            (position[0], ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "E"),
            (position[1], ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "N"),
        ):
            degrees = int(value)
            minutes = int((value - degrees) * 60)
            seconds = (value - degrees - minutes / 60) * 3600
            place[reference] = side
            place[tag] = (float(degrees), float(minutes), float(round(seconds, 4)))
    if bearing is not None:
        place[ExifTags.GPS.GPSImgDirection] = float(Fraction(bearing).limit_denominator(100))
    return made


def photo(seed: int, **said: object) -> bytes:
    """A made photograph with what the phone says of it."""
    return jpeg(scene(seed), exif=exif(**said))  # type: ignore[arg-type]
