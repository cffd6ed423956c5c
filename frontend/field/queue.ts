// What a record goes through on the phone, as pure functions: nothing here touches the screen, the store or the network.
//
//   draft ──finish──▶ saved ──receipt──▶ uploaded | accepted | needs_you ──edit──▶ draft …
//
// Every finish freezes a revision that knows all revisions before it (`base`), so that an answer that was lost, came twice
// or came late changes nothing: the server keeps each revision once, and the phone drops it when its own receipt is there.

export type State = "draft" | "saved" | "uploaded" | "accepted" | "needs_you";

export interface PhotoSaid {
  sha256: string;
  size: number;
  taken_at: string;
  longitude: number | null;
  latitude: number | null;
  accuracy_m: number | null;
  bearing_deg: number | null;
  subject: string;
  gone?: boolean;
}

export interface Revision {
  revision: string;
  base: string[];
  fields: Record<string, unknown>;
  photos: PhotoSaid[];
  occurred_at: string;
  offset_s: number | null;
  form_version: string;
}

export interface Finding {
  code: string;
  text: string;
  severity: string;
  name: string;
}

export interface FieldRecord {
  id: string;
  officer: string;
  officerName: string;
  segment: number | null;
  lead: number | null;
  fields: Record<string, unknown>;
  photos: PhotoSaid[];
  startedAt: string;
  touchedAt: string;
  state: State;
  known: string[]; // revisions whose answers this phone has: its own, and what it took along
  outbox: Revision[]; // frozen and without a receipt
  refused: boolean; // the server cannot read the last one: wait for the person
  findings: Finding[];
  conflicts: string[];
  outlet: number | null;
  outletName: string;
}

export interface Track {
  id: string;
  officer: string;
  segment: number | null;
  campaign: string;
  points: [number, number, number, number | null][];
  startedAt: string;
  endedAt: string | null;
  state: State;
  refused: boolean;
  findings: Finding[];
}

export interface Photo {
  sha256: string;
  size: number;
  blob: Blob | null; // null once it is safe and was cleared
  whole: boolean;
  fault: string;
}

export interface Receipt {
  kind: string;
  id: string;
  revision: string;
  state: State | "refused";
  kept: string[];
  findings: Finding[];
  conflicts: string[];
  outlet: number | null;
  outlet_name: string;
  missing: string[];
}

export function fresh(id: string, officer: { id: string; name: string }, segment: number | null, now: string): FieldRecord {
  return {
    id,
    officer: officer.id,
    officerName: officer.name,
    segment,
    lead: null,
    fields: {},
    photos: [],
    startedAt: now,
    touchedAt: now,
    state: "draft",
    known: [],
    outbox: [],
    refused: false,
    findings: [],
    conflicts: [],
    outlet: null,
    outletName: "",
  };
}

/** A keystroke: the answer is kept, the record is a draft again. Clearing is an answer too. */
export function edit(record: FieldRecord, name: string, value: unknown, now: string): FieldRecord {
  return { ...record, fields: { ...record.fields, [name]: value ?? "" }, touchedAt: now, state: "draft", refused: false };
}

export function addPhoto(record: FieldRecord, photo: PhotoSaid, now: string): FieldRecord {
  const others = record.photos.filter((one) => one.sha256 !== photo.sha256);
  return { ...record, photos: [...others, photo], touchedAt: now, state: "draft", refused: false };
}

/** Freeze what is there as a revision that waits to be sent. Without a change since the last one nothing happens. */
export function finish(record: FieldRecord, revision: string, now: string, offset_s: number | null, form_version: string): FieldRecord {
  if (record.state !== "draft") return record;
  const frozen: Revision = {
    revision,
    base: [...record.known],
    fields: { ...record.fields },
    photos: record.photos.map((one) => ({ ...one })),
    occurred_at: record.known.length ? now : record.startedAt,
    offset_s,
    form_version,
  };
  return { ...record, outbox: [...record.outbox, frozen], known: [...record.known, revision], state: "saved", touchedAt: now };
}

/** A receipt came, perhaps for the second time, perhaps for a revision before the last. */
export function answered(record: FieldRecord, receipt: Receipt): FieldRecord {
  if (receipt.state === "refused") {
    const refused = record.outbox.some((one) => one.revision === receipt.revision);
    return refused ? { ...record, state: "needs_you", refused: true, findings: receipt.findings } : record;
  }
  const outbox = record.outbox.filter((one) => one.revision !== receipt.revision && !receipt.kept.includes(one.revision));
  const told = { findings: receipt.findings, conflicts: receipt.conflicts, outlet: receipt.outlet, outletName: receipt.outlet_name };
  const state = record.state === "draft" || outbox.length ? record.state : receipt.state;
  return { ...record, outbox, ...told, state };
}

/** What the site has of a record, taken along: it takes the place of ours only while nothing of ours is unsent. */
export function adopt(ours: FieldRecord | undefined, theirs: FieldRecord): FieldRecord {
  if (!ours) return theirs;
  return ours.state === "draft" || ours.outbox.length ? ours : { ...theirs, officer: ours.officer, officerName: ours.officerName };
}

export interface Item {
  kind: "record" | "track";
  id: string;
  [name: string]: unknown;
}

/** What to send now, the oldest first; only what this officer wrote himself. */
export function toSend(records: FieldRecord[], tracks: Track[], officer: string, most: number): Item[] {
  const items: Item[] = [];
  for (const one of [...records].sort((a, b) => a.touchedAt.localeCompare(b.touchedAt))) {
    if (one.officer !== officer || one.refused) continue;
    for (const frozen of one.outbox) {
      items.push({ kind: "record", id: one.id, segment: one.segment, lead: one.lead, officer: { id: one.officer, name: one.officerName }, ...frozen });
    }
  }
  for (const one of tracks) {
    if (one.officer === officer && one.state === "saved" && one.endedAt && !one.refused) {
      items.push({ kind: "track", id: one.id, segment: one.segment, campaign: one.campaign, points: one.points });
    }
  }
  return items.slice(0, most);
}

export interface Holding {
  kind: "record" | "track" | "photo";
  id: string;
  title: string;
  state: "draft" | "saved" | "uploaded" | "needs_you";
  since: string;
}

/** What is still only on this phone: drafts, what has no receipt, photos that are not whole on the other side. */
export function held(records: FieldRecord[], tracks: Track[], photos: Photo[]): Holding[] {
  const found: Holding[] = [];
  for (const one of records) {
    if (one.state === "draft" || one.outbox.length) {
      const state = one.refused ? "needs_you" : one.state === "draft" ? "draft" : "saved";
      found.push({ kind: "record", id: one.id, title: titleOf(one), state, since: one.touchedAt });
    }
  }
  for (const one of tracks) {
    if (one.state === "draft" || one.state === "saved") {
      found.push({ kind: "track", id: one.id, title: "", state: one.refused ? "needs_you" : one.state, since: one.startedAt });
    }
  }
  for (const one of photos) {
    if (!one.whole) found.push({ kind: "photo", id: one.sha256, title: "", state: one.fault ? "needs_you" : "saved", since: "" });
  }
  return found;
}

export function titleOf(record: FieldRecord): string {
  return String(record.fields.name || record.outletName || record.fields.water_text || record.id.slice(0, 6).toUpperCase());
}

/** Which photos to send: those of records that have been frozen. */
export function photosToSend(records: FieldRecord[], photos: Photo[], officer: string): Photo[] {
  const named = new Set(records.filter((one) => one.officer === officer && one.known.length).flatMap((one) => one.photos.map((photo) => photo.sha256)));
  return photos.filter((one) => !one.whole && one.blob && !one.fault && named.has(one.sha256));
}

/** How long to wait after so many failures in a row, ms: 5 s, 10 s, … at most 10 min. */
export function patience(failures: number): number {
  return Math.min(600_000, 5_000 * 2 ** Math.min(failures, 10));
}

/** The pieces of a track between its gaps: more than `gap_s` seconds without a fix is a gap. */
export function pieces(points: Track["points"], gap_s: number): Track["points"][] {
  const found: Track["points"][] = [];
  let last: Track["points"][number] | null = null;
  for (const one of points) {
    if (!last || one[2] - last[2] > gap_s || one[2] < last[2]) found.push([]);
    found[found.length - 1]!.push(one);
    last = one;
  }
  return found;
}
