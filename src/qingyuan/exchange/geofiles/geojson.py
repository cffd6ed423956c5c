"""GeoJSON read by ourselves: the fault is told by line and column, and nothing in the file is an address to follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import shapely
from shapely.geometry import shape as shape_of

from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.geofiles.held import Held
from qingyuan.exchange.geofiles.kinds import broken, refused, wrong_kind


def read(path: Path, filename: str) -> Held:
    """A FeatureCollection, or a single Feature.

    Raises
    ------
    Refused
        `file.wrong_kind`, `file.broken` with line and column, `file.no_rows`.
    """
    content = _parsed(path.read_bytes(), filename)
    listed = content.get("features")
    if content.get("type") == "Feature":
        listed = [content]
    elif content.get("type") != "FeatureCollection" or not isinstance(listed, list):
        raise wrong_kind(filename, "geojson")
    if not listed:
        raise refused("file.no_rows", _("文件“%(name)s”里没有任何要素。"), name=filename)
    given = [_properties(one) for one in listed]
    drawn = [_shape(one) for one in listed]
    labels = tuple(dict.fromkeys(label for one in given for label in one))
    shapes, faults = [shape for shape, _fault in drawn], [fault for _shape, fault in drawn]
    return Held(labels, given, shapes, faults, _said(content))


def _parsed(content: bytes, filename: str) -> Mapping[str, object]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            read = json.loads(content.decode(encoding))
            break
        except UnicodeDecodeError:
            continue
        except json.JSONDecodeError as error:
            if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
                raise wrong_kind(filename, "geojson") from error
            raise refused(
                "file.broken",
                _("文件“%(name)s”第 %(line)d 行第 %(column)d 个字符处读不下去，可能不完整；请重新导出。"),
                name=filename,
                line=error.lineno,
                column=error.colno,
            ) from error
        except (RecursionError, ValueError) as error:
            raise broken(filename) from error
    else:
        raise wrong_kind(filename, "geojson")
    if not isinstance(read, dict):
        raise wrong_kind(filename, "geojson")
    return read


def _said(read: Mapping[str, object]) -> str:
    """The system named by the old member `crs`; without it degrees of WGS 84 (RFC 7946)."""
    crs = read.get("crs")
    named = crs.get("properties") if isinstance(crs, Mapping) else None
    name = named.get("name") if isinstance(named, Mapping) else None
    if crs is None:
        return "EPSG:4326"
    return "EPSG:4326" if str(name).upper().endswith("CRS84") else str(name or "?")


def _properties(one: object) -> Mapping[str, object]:
    given = one.get("properties") if isinstance(one, Mapping) else None
    return {str(key): value for key, value in given.items()} if isinstance(given, Mapping) else {}


def _shape(one: object) -> tuple[shapely.Geometry | None, str]:
    geometry = one.get("geometry") if isinstance(one, Mapping) else None
    if geometry is None:
        return (None, "") if isinstance(one, Mapping) else (None, "unreadable")
    try:
        return shape_of(geometry), ""
    except (TypeError, KeyError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError):
        return None, "unreadable"
