"""变更留痕: what is written cannot be changed, dropped or reordered unseen."""

from datetime import UTC, date, datetime

import pytest
import rfc8785
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core import proof, sealed_check
from qingyuan.core.access import CONSOLE
from qingyuan.ledger import actions, queries, triggers
from qingyuan.ledger.models import Entry, Head, Private

pytestmark = pytest.mark.django_db

AT = datetime(2023, 6, 1, 4, tzinfo=UTC)
DAY = date(2023, 6, 1)


def write(subject="1", act="outlet.verify", **more):
    return actions.record(("outlet", subject), act, by=CONSOLE, at=AT, occurred=DAY, **more)


def tamper(statement, *values):
    """What somebody with the database in hand could do: without the triggers, then put back as if nothing were."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
        else:
            for name in triggers.NAMES:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(statement, values)
    triggers.install()


def test_an_entry_says_who_did_what_when_under_which_clause():
    write(changes={"stage": ("surveyed", "verified")}, clause="济源 三(二)1", evidence=("ab" * 32,))

    (line,) = queries.timeline("outlet", "1")

    assert (line.number, line.act, line.occurred, line.recorded_at) == (1, "outlet.verify", "2023-06-01", AT)
    assert line.actor_name == "命令行"
    assert line.changes == {"stage": ["surveyed", "verified"]}
    assert (line.clause, line.evidence) == ("济源 三(二)1", ["ab" * 32])


@pytest.mark.parametrize("change", ["UPDATE ledger_entry SET act = 'x'", "DELETE FROM ledger_entry"])
def test_the_database_itself_refuses_to_change_an_entry(change):
    write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_an_untouched_ledger_is_whole():
    for subject in ("1", "2", "1", "3", "1"):
        write(subject)
    actions.anchor(DAY, at=AT)
    report = queries.verify()
    assert (report.entries, report.chains, report.breaks) == (5, 3, ())


def test_an_edited_entry_is_found():
    write()
    write()
    body = Entry.objects.get(number=1).body.replace("outlet.verify", "outlet.accept")
    tamper("UPDATE ledger_entry SET body = %s WHERE number = 1", body)
    (found,) = queries.verify().breaks
    assert (found.subject_id, found.number, found.reason) == ("1", 1, "内容或哈希被改动")


def test_an_entry_edited_with_its_hash_breaks_the_next_link():
    write()
    write()
    entry = Entry.objects.get(number=1)
    body = entry.body.replace("2023-06-01", "2023-01-01")
    tamper(
        "UPDATE ledger_entry SET body = %s, hash = %s, occurred = '2023-01-01' WHERE number = 1",
        body,
        proof.link(entry.previous, body.encode()),
    )
    assert [found.number for found in queries.verify().breaks] == [2]


def test_an_edited_column_is_found():
    write(clause="大同 三(三)")
    tamper("UPDATE ledger_entry SET clause = '大同 三(四)'")
    (found,) = queries.verify("outlet", "1").breaks
    assert found.reason == "检索列与内容不符"


def test_a_dropped_entry_is_found():
    for _ in range(3):
        write()
    tamper("DELETE FROM ledger_entry WHERE number = 2")
    assert [found.reason for found in queries.verify().breaks] == ["缺失：此前有留痕被删除"]


def test_a_dropped_tail_is_found_by_the_head():
    for _ in range(3):
        write()
    tamper("DELETE FROM ledger_entry WHERE number = 3")
    (found,) = queries.verify().breaks
    assert "末尾留痕被删除" in found.reason


def test_a_dropped_tail_with_its_head_set_back_is_found_by_the_anchor():
    for _ in range(3):
        write()
    actions.anchor(DAY, at=AT)
    tamper("DELETE FROM ledger_entry WHERE number = 3")
    Head.objects.update(number=2, hash=Entry.objects.get(number=2).hash)
    assert [found.kind for found in queries.verify().breaks] == ["anchor"]


def test_reordered_entries_are_found():
    write(act="outlet.verify")
    write(act="outlet.classify")
    tamper("UPDATE ledger_entry SET number = 3 - number + 10")
    tamper("UPDATE ledger_entry SET number = number - 10")
    assert queries.verify().breaks


def test_a_missing_trigger_is_a_break():
    with connection.cursor() as cursor:
        on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER ledger_entry_no_update{on}")
    assert [found.subject_id for found in queries.verify().breaks] == ["ledger_entry_no_update"]
    triggers.install()
    assert queries.verify().whole


def test_a_name_can_be_erased_and_the_chain_still_holds():
    entry = write(private={"phone": "13800000000"})
    assert "13800000000" not in entry.body
    key = Private.objects.exclude(key__startswith="actor:").get().key
    actions.erase(key, by=CONSOLE, at=AT, reason="本人申请")
    assert Private.objects.get(key=key).text is None
    assert queries.verify().whole
    assert queries.timeline("private", key)[0].details == {"reason": "本人申请"}


def test_an_anchor_made_twice_is_the_first():
    write()
    first = actions.anchor(DAY, at=AT)
    write()
    assert actions.anchor(DAY, at=AT).hash == first.hash


@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["a.b", "c.d"])), min_size=1, max_size=8))
def test_a_batch_gives_the_same_chains_as_one_by_one(acts):
    drafts = [actions.Draft("outlet", subject, act, DAY) for subject, act in acts]
    with transaction.atomic():
        actions.record_many(drafts, by=CONSOLE, at=AT)
        together = list(Entry.objects.order_by("id").values_list("subject_id", "number", "hash"))
        transaction.set_rollback(True)
    with transaction.atomic():
        for draft in drafts:
            actions.record_many([draft], by=CONSOLE, at=AT)
        singly = list(Entry.objects.order_by("id").values_list("subject_id", "number", "hash"))
        transaction.set_rollback(True)
    # The actor's name is salted once per ledger, so hashes agree only where the same salt stood: compare the shape.
    assert [row[:2] for row in together] == [row[:2] for row in singly]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcXYZ_", max_size=5), inner, max_size=3),
)


@given(json_values)
def test_canonical_form_is_that_of_rfc_8785(value):
    assert proof.canonical(value) == rfc8785.dumps(value)


def test_a_float_is_not_a_ledger_value():
    with pytest.raises(TypeError):
        proof.canonical({"x": 1.5})


def test_sm3_gives_the_standard_s_own_example():
    assert proof.DIGESTS["sm3"](b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@given(st.lists(st.text("ab", min_size=1), min_size=1, unique=True), st.data())
def test_any_other_leaf_gives_another_root(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = [*leaves[:place], leaves[place] + "x", *leaves[place + 1 :]]
    assert proof.merkle_root(leaves) != proof.merkle_root(other)


SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.decimals(allow_nan=False, places=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELD = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)


@given(
    changes=st.dictionaries(FIELD, st.tuples(SAID, SAID), max_size=4),
    details=st.dictionaries(FIELD, SAID, max_size=3),
    clause=st.text(max_size=5),
    evidence=st.lists(st.text(max_size=5), max_size=2),
)
def test_an_entry_put_together_key_by_key_is_the_canonical_text(changes, details, clause, evidence):
    draft = actions.Draft("outlet", "7", "outlet.register", DAY, changes, details, clause, "", tuple(evidence))
    actor = {"id": "u1", "name": {"key": "k", "hash": "h"}}
    lent: tuple[dict, dict] = ({}, {})
    whole = proof.canonical_text(actions._body(draft, 3, actor, "2023-06-01", "2023-06-01T04:00:00Z", lent))

    who = proof.canonical_text(actor)
    assert actions._written(draft, 3, actor, "2023-06-01", "2023-06-01T04:00:00Z", lent, who=who) == whole


def test_every_chain_leads_to_the_root_of_the_anchor_as_it_stood_that_day():
    for subject in ("1", "2", "1", "10", "1"):
        write(subject)
    anchor = actions.anchor(DAY, at=AT)
    write("1")
    write("9")

    paths = queries.paths_to(anchor, [("outlet", subject) for subject in ("1", "2", "9", "10", "77")])

    assert {subject: path.number for (_kind, subject), path in paths.items()} == {"1": 3, "2": 1, "10": 1}
    for (kind, subject), path in paths.items():
        entry = Entry.objects.get(kind=kind, subject_id=subject, number=path.number)
        head = sealed_check.leaf(kind, subject, path.number, entry.hash)
        assert sealed_check.climb(head, [list(step) for step in path.steps]) == anchor.root
    assert queries.anchored_number("outlet", "1", anchor) == 3
    assert queries.anchored_number("outlet", "9", anchor) == 0


def test_where_the_heads_of_that_day_are_gone_no_chain_claims_a_way_to_the_anchor():
    for subject in ("1", "2", "3"):
        write(subject)
    anchor = actions.anchor(DAY, at=AT)
    tamper("DELETE FROM ledger_entry WHERE subject_id = %s", "3")
    Head.objects.filter(subject_id="3").delete()

    assert queries.paths_to(anchor, [("outlet", "1"), ("outlet", "3")]) == {}
