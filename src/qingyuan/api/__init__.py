"""开放接口: everything a page does, for programs, below /api/v1; OGC API Features beside it in `ogc/`.

A request is identified by a program's token, or by a signed-in session, which only reads (authentication.py); from then
on it is an Actor like any other, and the guards, actions and queries of the rooms decide. What is the same for all
operations is written once: errors as problem+json (problems.py), ETags (etags.py), keys of writes (writes.py,
answers.py), the shapes (shapes.py), the OpenAPI document (openapi.py).

A new topic is one file, `v1/<topic>.py`; it is found by its `router` and needs no registration:

    router = Router(tags=["交办"])

    @router.get("/work-items", response=Page[WorkItem], summary="交办事项列表")
    def listed(request: HttpRequest, after: Word = "") -> Page[WorkItem]:
        who = asking.require(request, Permission.OUTLET_VIEW)
        ...

    @router.post("/work-items/{int:pk}/feedback", response=WorkItem, summary="反馈")
    @write(status=201, changes=True)
    def feedback(request: HttpRequest, pk: Id, given: Feedback) -> WorkItem:
        item = queries.item(asking.actor(request), pk)         # NotFound outside the scope: 404
        asking.as_read(request, item.version, item.title)      # If-Match: 412 when stale
        actions.feedback(item, ..., by=asking.actor(request), at=timezone.now())
        asking.seen(request, item.version)                     # the ETag of the answer
        return ...

- Bodies are `Given` (unknown fields refused, named `given` in the signature), answers are `Told`; fields made of the
  types of shapes.py, so that no id is too big and no text holds a NUL.
- Every POST, PATCH, PUT, DELETE wears `@write`, under the router's decorator. It asks for Idempotency-Key, runs the
  view and keeps its answer in one transaction, and gives a repeated request the first answer. `changes=True` asks for
  If-Match; `upload=True` takes a form with files. A view returns a Told; lists are pages by keyset, never counted.
- Nothing is caught here: Refused, NotFound, StaleRecord become 403/409, 404, 412 in one place.
- A shape has a name of its own over all topics: the document knows it by that name alone.
- An address belongs to one file: GET and POST of the same path stand in the same module.
- The summary is Chinese; every address gets an entry in tests/api/test_oracle.py or the first test fails.
- A plain Django view below /api/ (OGC) calls `authentication.identify(request)` first, is `login_not_required`, and may
  raise the same errors when it is wrapped in `problems.told_as_problem`.
"""
