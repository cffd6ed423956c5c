// Where everything lies on the phone: IndexedDB, one write for each keystroke. The page may die at any moment.
import type { FieldRecord, Photo, Track } from "./queue";

type Name = "records" | "tracks" | "photos" | "meta";
const KEYS: Record<Name, string> = { records: "id", tracks: "id", photos: "sha256", meta: "name" };

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open("qingyuan-field", 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(KEYS)) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, { keyPath });
      }
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

async function within<T>(name: Name, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await database();
  return new Promise((done, failed) => {
    const act = base.transaction(name, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    const asked = ask(act.objectStore(name));
    act.oncomplete = () => done(asked.result);
    act.onerror = act.onabort = () => failed(act.error ?? asked.error);
  });
}

const put = (name: Name, value: unknown) => within(name, "readwrite", (store) => store.put(value));
const all = <T>(name: Name) => within<T[]>(name, "readonly", (store) => store.getAll() as IDBRequest<T[]>);

export const saveRecord = (one: FieldRecord) => put("records", one);
export const saveTrack = (one: Track) => put("tracks", one);
export const savePhoto = (one: Photo) => put("photos", one);
export const records = () => all<FieldRecord>("records");
export const tracks = () => all<Track>("tracks");
export const photos = () => all<Photo>("photos");
export const dropRecord = (id: string) => within("records", "readwrite", (store) => store.delete(id));
export const dropPhoto = (sha256: string) => within("photos", "readwrite", (store) => store.delete(sha256));

export async function remember(name: string, value: unknown): Promise<void> {
  await put("meta", { name, value });
}

export async function recall<T>(name: string): Promise<T | null> {
  const found = await within<{ value: T } | undefined>("meta", "readonly", (store) => store.get(name) as IDBRequest<{ value: T } | undefined>);
  return found ? found.value : null;
}
