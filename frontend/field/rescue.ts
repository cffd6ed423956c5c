// 救援文件: everything that is only here, as one file that leaves the phone by any way and is taken in at the office.
import { state, list } from "./state";
import { toSend, type FieldRecord } from "./queue";

export async function rescue(): Promise<Blob> {
  const officers = [...new Set([...list.records(), ...list.tracks()].map((one) => one.officer))];
  const frozen = officers.flatMap((officer) => toSend(list.records(), list.tracks(), officer, Number.MAX_SAFE_INTEGER));
  const drafts = list.records().filter((one) => one.state === "draft").map(draft);
  const walking = list.tracks().filter((one) => one.state === "draft" && one.points.length > 1);
  const tracks = walking.map((one) => ({ kind: "track", id: one.id, segment: one.segment, campaign: one.campaign, points: one.points }));
  const photos: Record<string, string> = {};
  for (const one of list.photos()) if (!one.whole && one.blob) photos[one.sha256] = await base64(one.blob);
  const device = { id: state.device, now: Date.now() / 1000, offset_s: state.offset_s };
  const whole = { format: "qingyuan-field-rescue", version: 1, made_at: new Date().toISOString(), device, items: [...frozen, ...drafts, ...tracks], photos };
  return new Blob([JSON.stringify(whole)], { type: "application/json" });
}

/** A draft leaves as a revision named by its content's time: taken in twice it is one. */
function draft(one: FieldRecord): Record<string, unknown> {
  return {
    kind: "record",
    id: one.id,
    segment: one.segment,
    lead: one.lead,
    officer: { id: one.officer, name: one.officerName },
    revision: `${one.id.slice(0, 8)}-${Date.parse(one.touchedAt)}`,
    base: one.known,
    fields: one.fields,
    photos: one.photos,
    occurred_at: one.startedAt,
    offset_s: state.offset_s,
    form_version: state.taken?.form_version ?? "",
  };
}

function base64(blob: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}
