"""The phone's own queue (frontend/field/queue.ts), run as it is by node: receipts lost, late and repeated."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
STORY = """
import { build } from "esbuild";
const made = await build({ entryPoints: ["field/queue.ts"], bundle: true, format: "esm", write: false });
const url = "data:text/javascript;base64," + Buffer.from(made.outputFiles[0].text).toString("base64");
const q = await import(url);
const said = {};
const officer = { id: "officer:1", name: "甲" };
const receipt = (revision, more) => ({ kind: "record", id: "a", revision, state: "accepted", kept: [revision],
  findings: [], conflicts: [], outlet: 7, outlet_name: "一号口", missing: [], ...more });
let one = q.fresh("a", officer, 3, "2026-06-01T00:00:00Z");
said.draft_is_not_sent = q.toSend([one], [], "officer:1", 9).length;
one = q.edit(one, "name", "一号口", "2026-06-01T00:01:00Z");
one = q.finish(one, "r1", "2026-06-01T00:02:00Z", 0, "v");
said.finish_twice_is_once = q.finish(one, "rX", "2026-06-01T00:02:01Z", 0, "v").outbox.length;
said.sent = q.toSend([one], [], "officer:1", 9).map((each) => [each.revision, each.base]);
said.not_for_another = q.toSend([one], [], "officer:2", 9).length;
const before = one;
one = q.edit(one, "bank", "左岸", "2026-06-01T00:03:00Z");
one = q.answered(one, receipt("r1"));
said.edited_while_sent = [one.state, one.outbox.length, one.outlet];
one = q.finish(one, "r2", "2026-06-01T00:04:00Z", 0, "v");
said.second_knows_first = one.outbox[0].base;
one = q.answered(one, receipt("r1"));
said.a_late_receipt_settles_only_its_own = [one.state, one.outbox.length];
one = q.answered(one, receipt("r2", { kept: ["r1", "r2", "other"] }));
said.settled = [one.state, one.outbox.length, one.known];
said.again = q.answered(one, receipt("r2")).state;
said.lost = q.answered(before, receipt("r9", { kept: ["r1"] })).outbox.length;
const words = [{ code: "x", text: "不能识别" }];
const no = q.answered(before, receipt("r1", { state: "refused", kept: [], findings: words }));
const sendable = q.toSend([no], [], "officer:1", 9).length;
said.refused_stays = [no.state, no.outbox.length, sendable, q.held([no], [], [])[0].state];
const photo = { sha256: "s", size: 1, blob: null, whole: false, fault: "" };
said.held = q.held([before], [], [photo]).map((each) => each.kind);
said.gap = q.pieces([[1, 1, 0, null], [1, 1, 10, null], [1, 1, 500, null]], 120).map((each) => each.length);
said.clearing_is_said = q.edit(one, "name", null, "t").fields.name;
said.patience = [q.patience(0), q.patience(99)];
const theirs = { ...one, fields: { name: "办公室改名" }, outbox: [] };
said.adopts = q.adopt(one, theirs).fields.name;
said.keeps_its_own = q.adopt(before, theirs).fields.name;
console.log(JSON.stringify(said));
"""


def test_the_queue_of_the_phone_loses_nothing_and_sends_nothing_twice():
    command = ["bash", str(ROOT / "scripts" / "node.sh"), "node", "--input-type=module", "-e", STORY]
    done = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout) == {
        "draft_is_not_sent": 0,
        "finish_twice_is_once": 1,
        "sent": [["r1", []]],
        "not_for_another": 0,
        "edited_while_sent": ["draft", 0, 7],
        "second_knows_first": ["r1"],
        "a_late_receipt_settles_only_its_own": ["saved", 1],
        "settled": ["accepted", 0, ["r1", "r2"]],
        "again": "accepted",
        "lost": 0,
        "refused_stays": ["needs_you", 1, 0, "needs_you"],
        "held": ["record", "photo"],
        "gap": [2, 1],
        "clearing_is_said": "",
        "patience": [5000, 600000],
        "adopts": "办公室改名",
        "keeps_its_own": "一号口",
    }
