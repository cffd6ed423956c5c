// Sending what is only here, as often as it takes. One round: who is signed in, batches, photos, what is held.
import * as net from "./net";
import { answered, held, patience, photosToSend, toSend, type Item, type Photo, type Receipt } from "./queue";
import { changed, keepPhoto, keepRecord, keepTrack, list, state, takeIn } from "./state";
import * as store from "./store";
import { t } from "./dom";
import type { Package } from "./package";

const MOST = 20;
const PIECE = 192 * 1024;
const FRESH_MS = 15 * 60_000;
let failures = 0;
let timer = 0;
let again = false;

/** Begin now; when a round is under way, one more after it. */
export function sync(): void {
  if (state.busy) {
    again = true;
    return;
  }
  window.clearTimeout(timer);
  void round().finally(() => {
    state.busy = false;
    changed();
    const open = again || (state.signedIn && held(list.records(), list.tracks(), list.photos()).some((one) => one.state === "saved"));
    timer = window.setTimeout(sync, again ? 50 : open ? patience(failures) : 60_000);
    again = false;
  });
}

async function round(): Promise<void> {
  state.busy = true;
  changed();
  const who = await net.session();
  if (!who.ok) return failed(who.why, who.text);
  await reached(who.value.now);
  state.signedIn = true;
  state.officer = who.value.officer;
  await store.remember("officer", who.value.officer);
  if (!(await sendItems(who.value.officer.id))) return;
  if (!(await sendPhotos(who.value.officer.id))) return;
  await takeAlong(false);
  await report();
}

async function reached(now_s: number): Promise<void> {
  failures = 0;
  state.fault = "";
  state.reached = new Date().toISOString();
  state.offset_s = Math.round(now_s - Date.now() / 1000);
  await store.remember("offset", state.offset_s);
  await store.remember("reached", state.reached);
}

function failed(why: string, text: string): void {
  failures += 1;
  if (why === "signed_out" || state.signedIn === null) state.signedIn = false;
  state.fault = why === "signed_out" ? t("请登录后上传", "Sign in to upload") : why === "offline" ? "" : text;
}

function batch(items: Item[]): net.Batch {
  const device = {
    id: state.device,
    label: navigator.userAgent.replace(/^.*?\(([^)]*)\).*$/, "$1").slice(0, 80),
    now: Date.now() / 1000,
    keeps: state.keeps,
    form_version: state.taken?.form_version ?? "",
  };
  return { device, items, holding: held(list.records(), list.tracks(), list.photos()) };
}

async function sendItems(officer: string): Promise<boolean> {
  for (let items = toSend(list.records(), list.tracks(), officer, MOST); items.length; ) {
    const answer = await net.sendBatch(batch(items));
    if (!answer.ok) {
      failed(answer.why, answer.text);
      return false;
    }
    for (const receipt of answer.value.receipts) await take(receipt);
    const left = toSend(list.records(), list.tracks(), officer, MOST);
    if (left.length && JSON.stringify(left) === JSON.stringify(items)) return true; // nothing moved: not again at once
    items = left;
  }
  return true;
}

/** A receipt is kept before anything else happens. */
async function take(receipt: Receipt): Promise<void> {
  const record = state.records.get(receipt.id);
  if (receipt.kind === "record" && record) {
    await keepRecord(answered(record, receipt));
    for (const one of record.photos) {
      const photo = state.photos.get(one.sha256);
      if (photo && receipt.state !== "refused" && !receipt.missing.includes(one.sha256) && !photo.whole) await keepPhoto({ ...photo, whole: true });
    }
  }
  const track = state.tracks.get(receipt.id);
  if (receipt.kind === "track" && track) {
    const refused = receipt.state === "refused";
    await keepTrack({ ...track, state: refused ? "needs_you" : "accepted", refused, findings: receipt.findings });
  }
}

async function sendPhotos(officer: string): Promise<boolean> {
  for (const photo of photosToSend(list.records(), list.photos(), officer)) {
    if (!(await sendPhoto(photo))) return false;
  }
  return true;
}

async function sendPhoto(photo: Photo): Promise<boolean> {
  let far = await net.howFar(photo.sha256);
  while (far.ok && !far.value.whole) {
    const offset = far.value.received;
    const part = photo.blob!.slice(offset, offset + PIECE);
    const next = await net.sendPiece(photo.sha256, photo.size, offset, part);
    if (next.ok && !next.value.whole && next.value.received <= offset) return true; // it does not move: another time
    far = next;
  }
  if (far.ok) {
    await keepPhoto({ ...photo, whole: true });
    return true;
  }
  if (far.why !== "refused") {
    failed(far.why, far.text);
    return false;
  }
  await keepPhoto({ ...photo, fault: far.text });
  return true;
}

/** Take along the segments, the form and what lies near, when what is here is old or somebody asks. */
export async function takeAlong(always: boolean): Promise<void> {
  const made = state.taken ? Date.parse(state.taken.made_at) : 0;
  const mine = state.taken?.officer.id === state.officer?.id;
  if (!always && mine && Date.now() - made + (state.offset_s ?? 0) * 1000 < FRESH_MS) return;
  const answer = await net.takeAlong<Package>();
  if (answer.ok) await takeIn(answer.value);
  else failed(answer.why, answer.text);
}

let reported = "";

/** Tell the office what is still here, when that has changed. */
async function report(): Promise<void> {
  const said = JSON.stringify(held(list.records(), list.tracks(), list.photos()));
  if (said === reported) return;
  const answer = await net.sendBatch(batch([]));
  if (answer.ok) reported = said;
}
