"""Every error of the API as problem+json (RFC 9457): one shape, a stable code, a sentence, the clause it rests on.

`code` is for programs (`registry.own_survey`, `api.no_key` …), `detail` for people, in Chinese or by Accept-Language in
English. `errors` names the place of each fault in what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from ninja.errors import ValidationError

from qingyuan.access import reading
from qingyuan.core.refusal import DomainError, NotFound, Refusal, Refused, StaleRecord

MEDIA_TYPE = "application/problem+json"
SAID = {
    400: ("api.bad_request", noop("请求格式不正确。")),
    401: ("api.not_signed_in", noop("请提供有效的访问令牌。")),
    403: ("access.not_permitted", noop("没有办理此事项的权限。")),
    404: ("api.not_found", noop("没有这条记录，或者不在管辖范围内。")),
    405: ("api.method", noop("这个地址不接受此方法。")),
    409: ("api.conflict", noop("与当前状态冲突，没有写入。")),
    411: ("api.no_length", noop("请用 Content-Length 写明内容的长度，不接受分块传输。")),
    412: ("api.stale", noop("读取之后有人修改了这条记录，没有写入；请重新读取，核对后再办理。")),
    413: ("api.too_large", noop("内容超过上限。")),
    415: ("api.media_type", noop("内容类型不正确。")),
    422: ("api.invalid", noop("内容有误，没有写入。")),
    428: ("api.no_version", noop("请用 If-Match 写明读取时的 ETag，不接受 *。")),
    500: ("api.fault", noop("系统出错，没有写入；请稍后重试。")),
}
FAULTS = {
    "missing": noop("必填"),
    "extra_forbidden": noop("没有这个字段"),
    "string_too_long": noop("太长，上限 %(max_length)s"),
    "string_too_short": noop("太短或为空"),
    "string_type": noop("应为文本"),
    "string_pattern_mismatch": noop("格式不正确"),
    "not_text": noop("含有不是文字的字符"),
    "not_a_mark": noop("不是 next 给出的翻页标记"),
    "not_our_day": noop("日期应在 1949 年至 2199 年之间"),
    "too_long": noop("太长，上限 %(max_length)s"),
    "too_short": noop("太短或为空"),
    "int_parsing": noop("应为整数"),
    "int_from_float": noop("应为整数"),
    "int_type": noop("应为整数"),
    "float_parsing": noop("应为数字"),
    "float_type": noop("应为数字"),
    "decimal_parsing": noop("应为数字"),
    "decimal_type": noop("应为数字"),
    "finite_number": noop("应为数字"),
    "bool_parsing": noop("应为 true 或 false"),
    "bool_type": noop("应为 true 或 false"),
    "enum": noop("应为下列之一：%(expected)s"),
    "literal_error": noop("应为下列之一：%(expected)s"),
    "date_from_datetime_parsing": noop("应为日期，如 2023-12-31"),
    "date_from_datetime_inexact": noop("应为日期，如 2023-12-31"),
    "date_parsing": noop("应为日期，如 2023-12-31"),
    "date_type": noop("应为日期，如 2023-12-31"),
    "datetime_parsing": noop("应为时刻，如 2023-12-31T08:00:00+08:00"),
    "datetime_from_date_parsing": noop("应为时刻，如 2023-12-31T08:00:00+08:00"),
    "datetime_type": noop("应为时刻，如 2023-12-31T08:00:00+08:00"),
    "greater_than_equal": noop("太小，不小于 %(ge)s"),
    "greater_than": noop("太小，应大于 %(gt)s"),
    "less_than_equal": noop("太大，不大于 %(le)s"),
    "less_than": noop("太大，应小于 %(lt)s"),
    "uuid_parsing": noop("应为 UUID"),
    "list_type": noop("应为数组"),
    "dict_type": noop("应为对象"),
    "model_type": noop("应为对象"),
    "model_attributes_type": noop("应为对象"),
    "json_invalid": noop("不是 JSON"),
}


class Problem(DomainError):
    """Something a door finds wrong with a request before the domain is asked."""

    def __init__(
        self, status: int, code: str = "", text: str = "", *, errors: Sequence[Mapping[str, str]] = (), **params: object
    ) -> None:
        super().__init__(code, text)
        self.status, self.code, self.text, self.params, self.errors = status, code, text, params, tuple(errors)

    @property
    def sentence(self) -> str:
        """The sentence in the language of the request. A % is a % where there is nothing to put in."""
        text = _(self.text) if self.text else ""
        return text % self.params if self.params else text


def problem(
    request: HttpRequest,
    status: int,
    *,
    code: str = "",
    detail: str = "",
    clause: str = "",
    errors: Sequence[Mapping[str, str]] = (),
) -> HttpResponse:
    """The answer. Without a code and a sentence, those of the status."""
    usual, sentence = SAID.get(status, SAID[400 if status < 500 else 500])
    with translation.override(translation.get_language_from_request(request)):
        said = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code or usual,
            "detail": detail or _(sentence),
            "clause": clause,
            "errors": list(errors),
        }
    text = json.dumps(said, ensure_ascii=False)
    answer = HttpResponse(text, status=status, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Bearer realm="qingyuan"'
    return answer


def too_large(request: HttpRequest, most: int) -> HttpResponse:
    """The content is larger than is taken, in bytes."""
    detail = _("内容超过上限（%(most)s MB）。") % {"most": most // 2**20}
    return problem(request, 413, detail=detail)


def foreseen(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to what the domain or the door foresaw; None for anything else."""
    match error:
        case Refused():
            return refused(request, error.refusal)
        case StaleRecord():
            return problem(request, 412)
        case NotFound():
            return problem(request, 404, errors=_sought(error))
        case Problem():
            return problem(request, error.status, code=error.code, detail=error.sentence, errors=error.errors)
        case ValidationError():
            return invalid(request, error.errors)
        case _:
            return None


def refused(request: HttpRequest, reason: Refusal) -> HttpResponse:
    """A refusal of the domain: 403 for a missing permission, 422 for a file that is not what it should be, 409 for what
    the state of things forbids."""
    reading.with_refusal(request, reason.code)
    room = reason.code.partition(".")[0]
    status = {"access": 403, "file": 422}.get(room, 409)
    return problem(request, status, code=reason.code, detail=sentence(reason), clause=reason.clause)


def sentence(reason: Refusal) -> str:
    """The sentence of a refusal in the language of the request; words among its parameters are translated as well."""
    text = _(reason.text)
    params = {name: _(value) if isinstance(value, str) and value else value for name, value in reason.params.items()}
    return text % params if params else text


def invalid(request: HttpRequest, faults: Sequence[Mapping[str, object]]) -> HttpResponse:
    """What was sent does not fit the schema: every fault with its place."""
    detail = _("参数有误。") if request.method == "GET" else ""
    return problem(
        request, 422, detail=detail, errors=[{"place": _place(one), "text": _text(one)} for one in faults[:50]]
    )


def _text(fault: Mapping[str, object]) -> str:
    """What is wrong with one value, with the bound it breaks or the words there are."""
    text = _(FAULTS.get(str(fault.get("type")), noop("不正确")))
    said = fault.get("ctx")
    bounds = dict(said) if isinstance(said, Mapping) else {}
    if isinstance(words := bounds.get("expected"), str):
        bounds["expected"] = words.replace("'", "").replace(" or ", "、").replace(", ", "、")
    try:
        return text % bounds
    except KeyError:  # a fault of the same name without its bound
        return _("不正确")


def _sought(error: NotFound) -> list[dict[str, str]]:
    """What was looked for in vain, as the client named it; whether it lies elsewhere is not said."""
    return [{"place": str(error.args[0]), "text": str(error.args[1])[:200]}] if len(error.args) == 2 else []


def _place(fault: Mapping[str, object]) -> str:
    """Where in the request: body, query, path or header, then the field; the name of the parameter itself left out."""
    found = fault.get("loc", ())
    parts = list(found) if isinstance(found, list | tuple) else []
    return ".".join(str(part) for part in parts if part != "given")


def told_as_problem(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For plain views below /api/: what is foreseen becomes a problem."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (DomainError, ValidationError) as error:
            told = foreseen(request, error)
            if told is None:
                raise
            return told

    return answered
