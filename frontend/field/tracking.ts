// 轨迹: every fix is kept at once; a page that dies leaves a gap in the way, never a lost way.
import { here, metres, type Fix, follow } from "./place";
import type { Track } from "./queue";
import { changed, keepTrack, list, state } from "./state";

const STEP_M = 4;
const STEP_S = 15;
let stop: (() => void) | null = null;

export const current = (): Track | null => list.tracks().find((one) => !one.endedAt) ?? null;

/** Begin, or go on with the way that was under way when the page died. */
export async function begin(segment: number | null, campaign: string): Promise<void> {
  if (!current()) {
    await keepTrack({
      id: crypto.randomUUID(),
      officer: state.officer?.id ?? "",
      segment,
      campaign,
      points: [],
      startedAt: new Date().toISOString(),
      endedAt: null,
      state: "draft",
      refused: false,
      findings: [],
    });
  }
  resume();
}

export function resume(): void {
  if (stop || !current()) return;
  stop = follow((fix) => void add(fix));
  const now = here();
  if (now) void add(now);
  void keepAwake();
}

async function add(fix: Fix): Promise<void> {
  const track = current();
  if (!track) return;
  const last = track.points[track.points.length - 1];
  const at = Math.round(fix.at / 1000);
  const near = last && metres([last[0], last[1]], [fix.longitude, fix.latitude]) < STEP_M;
  if (last && (at <= last[2] || (near && at - last[2] < STEP_S))) return;
  const point: Track["points"][number] = [round(fix.longitude), round(fix.latitude), at, fix.accuracy_m];
  await keepTrack({ ...track, points: [...track.points, point] });
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;

export async function end(): Promise<void> {
  stop?.();
  stop = null;
  const track = current();
  if (track) await keepTrack({ ...track, endedAt: new Date().toISOString(), state: track.points.length > 1 ? "saved" : "accepted" });
  changed();
}

async function keepAwake(): Promise<void> {
  const locks = (navigator as unknown as { wakeLock?: { request(kind: "screen"): Promise<unknown> } }).wakeLock;
  await locks?.request("screen").catch(() => undefined);
}
