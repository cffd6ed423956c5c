// What the app knows while it is open. Everything here lies in the store too: it is read once, then written through.
import * as store from "./store";
import type { Package } from "./package";
import { adopt, held, type FieldRecord, type Photo, type Track } from "./queue";

export interface Officer {
  id: string;
  name: string;
}

export const state = {
  device: "",
  officer: null as Officer | null,
  taken: null as Package | null,
  records: new Map<string, FieldRecord>(),
  tracks: new Map<string, Track>(),
  photos: new Map<string, Photo>(),
  offset_s: null as number | null, // what must be added to this phone's clock; null: never measured
  keeps: null as boolean | null, // whether the browser promised not to throw things away
  /** null: not asked yet. */
  signedIn: null as boolean | null,
  offline: false, // whether the shell is taken along
  reached: null as string | null, // when the site was last reached
  busy: false,
  fault: "",
};

const listeners = new Set<() => void>();
export const onChange = (tell: () => void) => listeners.add(tell);
export const changed = () => listeners.forEach((tell) => tell());

export async function load(): Promise<void> {
  const [records, tracks, photos] = await Promise.all([store.records(), store.tracks(), store.photos()]);
  for (const one of records) state.records.set(one.id, one);
  for (const one of tracks) state.tracks.set(one.id, one);
  for (const one of photos) state.photos.set(one.sha256, one);
  state.taken = await store.recall<Package>("package");
  state.officer = await store.recall<Officer>("officer");
  state.offset_s = await store.recall<number>("offset");
  state.reached = await store.recall<string>("reached");
  state.device = (await store.recall<string>("device")) ?? crypto.randomUUID();
  await store.remember("device", state.device);
}

export async function keepRecord(one: FieldRecord): Promise<void> {
  state.records.set(one.id, one);
  await store.saveRecord(one);
  changed();
}

export async function keepTrack(one: Track): Promise<void> {
  state.tracks.set(one.id, one);
  await store.saveTrack(one);
  changed();
}

export async function keepPhoto(one: Photo): Promise<void> {
  state.photos.set(one.sha256, one);
  await store.savePhoto(one);
  changed();
}

/** A record nobody wrote anything in leaves nothing behind. */
export async function dropEmpty(id: string): Promise<void> {
  const one = state.records.get(id);
  if (one && !one.known.length && !one.photos.length && !Object.values(one.fields).some((value) => value !== "")) {
    state.records.delete(id);
    await store.dropRecord(id);
    changed();
  }
}

export async function takeIn(taken: Package): Promise<void> {
  state.taken = taken;
  await store.remember("package", { ...taken, records: [] });
  for (const theirs of taken.records as FieldRecord[]) {
    const now = adopt(state.records.get(theirs.id), theirs);
    if (now !== state.records.get(theirs.id)) await keepRecord(now);
  }
  changed();
}

export const list = {
  records: () => [...state.records.values()].sort((a, b) => b.touchedAt.localeCompare(a.touchedAt)),
  tracks: () => [...state.tracks.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt)),
  photos: () => [...state.photos.values()],
};

export const onlyHere = () => held(list.records(), list.tracks(), list.photos());
