"""The OpenAPI document: what django-ninja writes, and what every operation has in common, said once."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop as _

from qingyuan.api.problems import MEDIA_TYPE
from qingyuan.api.service import service
from qingyuan.api.writes import KEY, MOST_KEY, Write

PREFIX = "/api/v1/"
SOURCE_LANGUAGE = "zh-hans"
FOR_PEOPLE = frozenset({"summary", "description", "title", "tags"})
SAID = _("入河排污口监督管理平台的开放接口。写入须带幂等键；修改须带 If-Match；错误一律为 problem+json。")
READ_PROBLEMS = {
    400: _("请求格式不正确"),
    401: _("没有有效的令牌"),
    403: _("没有权限"),
    404: _("没有，或者不在管辖范围内"),
    409: _("被当前状态拒绝"),
    422: _("参数有误"),
}
WRITE_PROBLEMS = READ_PROBLEMS | {
    411: _("没有写明内容长度"),
    412: _("读取之后被人修改"),
    413: _("内容超过上限"),
    415: _("内容类型不正确"),
    428: _("缺少 If-Match"),
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "code", "detail", "clause", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "稳定的代码，供程序判断"},
        "detail": {"type": "string", "description": "给人看的一句话"},
        "clause": {"type": "string", "description": "所依据的条款；没有则为空"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["place", "text"],
                "properties": {"place": {"type": "string"}, "text": {"type": "string"}},
            },
        },
    },
}
KEY_HEADER = {
    "name": KEY,
    "in": "header",
    "required": True,
    "description": "幂等键：同一次办理重发时用同一个键",
    "schema": {"type": "string", "minLength": 1, "maxLength": MOST_KEY, "pattern": "^[!-~]+$"},
}
MATCH_HEADER = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "读取时得到的 ETag",
    "schema": {"type": "string", "pattern": '^"[0-9]+-[0-9a-f]+"$'},
}
NONE_MATCH_HEADER = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "已有内容的 ETag；没有变化时答 304",
    "schema": {"type": "string", "pattern": '^"[0-9]*-[0-9a-f]+"$'},
}


@cache
def document(language: str = SOURCE_LANGUAGE) -> dict[str, Any]:
    """The whole document, in the language its texts are written in or in another: what the catalogue has no text for
    stays as it is written."""
    if language == SOURCE_LANGUAGE:
        return _written()
    with translation.override(language):
        said: dict[str, Any] = _translated(_written())
    return said


def _translated(part: Any, name: str = "") -> Any:
    """A part of the document with the texts for people in the language that is on."""
    match part:
        case dict():
            return {key: _translated(value, key) for key, value in part.items()}
        case list() | tuple():
            return [_translated(value, name) for value in part]
        case str() if name in FOR_PEOPLE and part:
            return translation.gettext(part)
    return part


def _written() -> dict[str, Any]:
    found: dict[str, Any] = service.get_openapi_schema(path_prefix=PREFIX)
    found["info"]["description"] = SAID
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    writes = _writes()
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, writes.get((path, method)))
    return found


def _complete(operation: dict[str, Any], method: str, kind: Write | None) -> None:
    operation.pop("security", None)
    answers = {str(status): one for status, one in operation["responses"].items()}
    parameters = operation.setdefault("parameters", [])
    if kind is not None:
        done = answers.pop("200", {"description": "OK"})
        answers[str(kind.status)] = done | {"description": "已办理"}
        parameters.append(KEY_HEADER)
        parameters.extend([MATCH_HEADER] if kind.changes else [])
    elif method == "get":
        parameters.append(NONE_MATCH_HEADER)
        answers["304"] = {"description": "没有变化"}
    for status, words in (WRITE_PROBLEMS if kind else READ_PROBLEMS).items():
        schema = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers.setdefault(str(status), {"description": words, "content": schema})
    operation["responses"] = answers


def _writes() -> dict[tuple[str, str], Write]:
    """Which operations write, and how."""
    found: dict[tuple[str, str], Write] = {}
    for bound in service._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                kind = getattr(operation.view_func, "write", None)
                if kind is None:
                    continue
                for method in operation.methods:
                    found[PREFIX.rstrip("/") + "/" + _plain(path), method.lower()] = kind
    return found


def _plain(path: str) -> str:
    """{int:pk} as OpenAPI writes it: {pk}."""
    parts = path.strip("/").split("{")
    return "{".join([parts[0], *(part.rpartition(":")[2] if ":" in part.split("}")[0] else part for part in parts[1:])])
