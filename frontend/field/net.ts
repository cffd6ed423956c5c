// Talking to the site: who is signed in, the package, batches, photos piece by piece. A failure is a value, never a throw.
import type { Item, Holding, Receipt } from "./queue";

export interface Session {
  officer: { id: string; name: string };
  csrf: string;
  now: number;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; why: "offline" | "signed_out" | "refused"; text: string };

let csrf = "";

async function ask<T>(url: string, init: RequestInit = {}): Promise<Answer<T>> {
  let answer: Response;
  try {
    answer = await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...init });
  } catch {
    return { ok: false, why: "offline", text: "" };
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) return { ok: false, why: "signed_out", text: "" };
  let said: unknown = null;
  try {
    said = await answer.json();
  } catch {
    return { ok: false, why: answer.status >= 500 || answer.ok ? "offline" : "refused", text: String(answer.status) };
  }
  if (answer.ok) return { ok: true, value: said as T };
  if (answer.status >= 500) return { ok: false, why: "offline", text: "" };
  return { ok: false, why: "refused", text: String((said as { text?: string }).text ?? answer.status) };
}

export async function session(): Promise<Answer<Session>> {
  const found = await ask<Session>("/field/session");
  if (found.ok) csrf = found.value.csrf;
  return found;
}

export const takeAlong = <T>() => ask<T>("/field/package");

export interface Batch {
  device: Record<string, unknown>;
  items: Item[];
  holding: Holding[];
}

export function sendBatch(batch: Batch): Promise<Answer<{ now: number; offset_s: number; receipts: Receipt[] }>> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return ask("/field/batch", { method: "POST", headers, body: JSON.stringify(batch) });
}

export interface Progress {
  received: number;
  size: number;
  whole: boolean;
}

export const howFar = (sha256: string) => ask<Progress>(`/field/photos/${sha256}`);

export function sendPiece(sha256: string, size: number, offset: number, piece: Blob): Promise<Answer<Progress>> {
  const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": csrf };
  return ask(`/field/photos/${sha256}?size=${size}&offset=${offset}`, { method: "POST", headers, body: piece });
}
