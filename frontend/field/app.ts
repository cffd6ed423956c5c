// The field app: one thing per screen, the map is home. The address after # says which screen; everything is in the store.
import { h, t, clock, span } from "./dom";
import { FieldMap, GAP_S } from "./map";
import { follow, here, listenToCompass, locate, metres } from "./place";
import { fresh, pieces, titleOf, type FieldRecord } from "./queue";
import { formScreen, startWithPhoto } from "./form";
import { changed, keepRecord, list, load, onChange, onlyHere, state } from "./state";
import { sync, takeAlong } from "./sync";
import { rescue } from "./rescue";
import * as tracking from "./tracking";
import { dropPhoto } from "./store";
import "./field.css";

const root = document.getElementById("field")!;
const base = root.dataset.base!;
let map: FieldMap | null = null;
let drawn = "";

/** What a record's state is called, and its sign. The word carries the meaning. */
export const STATES: Record<FieldRecord["state"], string> = {
  draft: t("填写中", "Being filled in"),
  saved: t("已存本机", "On this phone"),
  uploaded: t("已上传", "Uploaded"),
  accepted: t("已入库", "In the register"),
  needs_you: t("待您处理", "Needs you"),
};

function go(hash: string): void {
  location.hash = hash;
}

function dot(): HTMLElement {
  const open = onlyHere();
  const red = open.some((one) => one.state === "needs_you") || list.records().some((one) => one.state === "needs_you");
  const tone = red ? "red" : open.length ? "amber" : "green";
  const word = open.length ? t(`${open.length} 项只在本机`, `${open.length} only here`) : t("本机无留存", "Nothing only here");
  return h("span", { class: `dot dot-${tone}`, "data-holds": String(open.length) }, word);
}

function topBar(title: string, back: string | null): HTMLElement {
  return h(
    "header",
    { class: "bar" },
    back !== null
      ? h("button", { class: "quiet", type: "button", onclick: () => go(back) }, t("‹ 返回", "‹ Back"))
      : h("a", { class: "quiet", href: "/" }, t("‹ 办公端", "‹ Office")),
    h("h1", {}, title),
    back === null ? h("a", { class: "quiet help-link", href: "/help/现场排查", "aria-label": t("帮助", "Help") }, "？") : "",
    h("button", { class: "quiet status", type: "button", onclick: () => go("#/more") }, dot()),
  );
}

// --- home ------------

function home(): void {
  const track = tracking.current();
  const box = h("div", { class: "map", tabindex: "0", "aria-label": t("岸段地图", "Map of the segments") });
  const walked = track ? t("停止轨迹", "Stop track") : t("开始轨迹", "Start track");
  const shutter = h("input", { type: "file", accept: "image/*", capture: "environment", class: "hidden", id: "shutter" });
  shutter.addEventListener("change", () => void shoot(shutter));
  root.replaceChildren(
    topBar(t("现场排查", "Field survey"), null),
    notice() ?? "",
    walk() ?? "",
    h("main", { class: "stage" }, box, h("button", { class: "round", type: "button", onclick: () => void centre(), "aria-label": t("我的位置", "Where I am") }, "◎")),
    h(
      "nav",
      { class: "dock" },
      h("button", { type: "button", class: track ? "on" : "", onclick: () => void toggleTrack() }, walked),
      h("label", { class: "shutter", for: "shutter" }, t("拍照登记", "Photo")),
      shutter,
      h("button", { type: "button", onclick: () => void newRecord() }, t("填记录", "New record")),
      h("button", { type: "button", onclick: () => go("#/records") }, t(`记录 ${state.records.size}`, `Records ${state.records.size}`)),
    ),
  );
  map = new FieldMap(box, base, (id) => go(`#/record/${id}`));
  map.show(state.taken);
  refreshMap();
  const fix = here();
  if (fix) map.at(fix, false);
}

function refreshMap(): void {
  map?.records(list.records());
  map?.tracks(list.tracks().slice(0, 30));
}

function notice(): HTMLElement | null {
  if (!state.taken) {
    const text = state.signedIn !== false ? t("正在下载岸段和表单…", "Loading segments and form…") : t("首次使用请先联网登录。", "First use: go online and sign in.");
    return h("p", { class: "note", role: "status" }, text, signIn());
  }
  if (!state.taken.segments.length) return h("p", { class: "note", role: "status" }, t("没有分给您的岸段，记录仍可填写。", "No segment is yours; records can still be made."));
  if (state.fault) return h("p", { class: "note", role: "status" }, state.fault, signIn());
  return null;
}

/** The way under way: how long, how far, where it has gaps. */
function walk(): HTMLElement | null {
  const track = tracking.current();
  if (!track) return null;
  const parts = pieces(track.points, GAP_S);
  const far = parts.reduce((sum, part) => sum + part.slice(1).reduce((so, one, order) => so + metres([part[order]![0], part[order]![1]], [one[0], one[1]]), 0), 0);
  const gaps = Math.max(0, parts.length - 1);
  const said = track.points.length
    ? t(`${track.points.length} 点 · ${Math.round(far)} m · 中断 ${gaps} 处`, `${track.points.length} points · ${Math.round(far)} m · ${gaps} gaps`)
    : t("等待定位…", "Waiting for a position…");
  return h("p", { class: "walk", role: "status", "data-points": String(track.points.length), "data-gaps": String(gaps) }, t("轨迹记录中", "Track under way"), " ", said);
}

function signIn(): HTMLElement | null {
  return state.signedIn === false ? h("a", { class: "button", href: "/sign-in?next=/field/" }, t("登录", "Sign in")) : null;
}

async function centre(): Promise<void> {
  const fix = here() ?? (await locate());
  if (fix) map?.at(fix, true);
  else toast(t("暂时没有定位，请到开阔处再试。", "No position yet; try in the open."));
}

async function toggleTrack(): Promise<void> {
  if (tracking.current()) {
    await tracking.end();
    sync();
  } else {
    const segment = nearestSegment();
    await tracking.begin(segment?.id ?? null, segment?.campaign ?? state.taken?.segments[0]?.campaign ?? "");
  }
  draw(true);
}

function nearestSegment() {
  const fix = here(600);
  const found = state.taken?.segments ?? [];
  if (!fix) return found[0];
  const far = (lines: number[][][]) => Math.min(...lines.flat().map(([lon, lat]) => metres([lon!, lat!], [fix.longitude, fix.latitude])), Infinity);
  return [...found].sort((a, b) => far(a.lines) - far(b.lines))[0];
}

async function newRecord(): Promise<FieldRecord> {
  const officer = state.officer ?? { id: "", name: "" };
  const segment = nearestSegment();
  const made = fresh(crypto.randomUUID(), officer, segment?.id ?? null, new Date().toISOString());
  const fix = here();
  if (segment) Object.assign(made.fields, { water_text: segment.water, bank: ["左岸", "右岸"].includes(segment.bank) ? segment.bank : "" });
  if (fix) Object.assign(made.fields, { longitude: fix.longitude.toFixed(6), latitude: fix.latitude.toFixed(6), accuracy_m: fix.accuracy_m, datum: "cgcs2000" });
  await keepRecord(made);
  go(`#/record/${made.id}`);
  return made;
}

async function shoot(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  const made = await newRecord();
  await startWithPhoto(made, file);
}

// --- my records ------------

function records(): void {
  const rows = list.records().map((one) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "row", onclick: () => go(`#/record/${one.id}`) },
        h("strong", {}, titleOf(one)),
        h("span", { class: `tag tag-${one.state}` }, STATES[one.state]),
        h("small", {}, `${clock(one.startedAt)} · ${photoWord(one)}`),
        ...one.findings.slice(0, 3).map((found) => h("small", { class: found.severity }, found.text)),
      ),
    ),
  );
  const ways = list.tracks().map((one) => h("li", {}, h("div", { class: "row" }, h("strong", {}, t("轨迹", "Track")), h("span", { class: `tag tag-${one.state}` }, STATES[one.state]), h("small", {}, `${clock(one.startedAt)} · ${one.points.length} ${t("点", "points")}`), ...one.findings.slice(0, 3).map((found) => h("small", { class: found.severity }, found.text)))));
  root.replaceChildren(
    topBar(t("我的记录", "My records"), "#/"),
    h("main", { class: "page" }, rows.length || ways.length ? h("ul", { class: "rows" }, ...rows, ...ways) : h("p", { class: "note" }, t("还没有记录。", "Nothing yet."))),
    h("nav", { class: "dock" }, h("button", { type: "button", class: "main", onclick: () => void newRecord() }, t("填记录", "New record"))),
  );
}

function photoWord(one: FieldRecord): string {
  const whole = one.photos.filter((each) => state.photos.get(each.sha256)?.whole ?? true).length;
  return one.photos.length ? t(`照片 ${whole} / ${one.photos.length} 已上传`, `${whole} / ${one.photos.length} photos uploaded`) : t("没有照片", "No photo");
}

// --- the phone itself ------------

function more(): void {
  const open = onlyHere();
  const late = state.offset_s !== null && Math.abs(state.offset_s) > 300;
  const clockWord = state.offset_s === null ? t("尚未与站点对时", "Never compared with the site") : late ? t(`手机时钟${state.offset_s > 0 ? "慢" : "快"} ${span(state.offset_s)}，上传时按站点校正`, `This clock is ${span(state.offset_s)} ${state.offset_s > 0 ? "slow" : "fast"}; corrected on upload`) : t("与站点一致", "Agrees with the site");
  const keeps = state.keeps === null ? t("浏览器不支持", "Not supported here") : state.keeps ? t("浏览器承诺长期保存", "The browser keeps the data") : t("浏览器可能在空间不足时清除，请尽快上传", "The browser may clear the data; upload soon");
  const facts: [string, string][] = [
    [t("使用人", "Officer"), state.officer?.name ?? "—"],
    [t("只在本机", "Only here"), open.length ? t(`${open.length} 项`, `${open.length} items`) : t("无", "none")],
    [t("最近联系站点", "Site last reached"), state.reached ? clock(state.reached) : "—"],
    [t("时钟", "Clock"), clockWord],
    [t("本机保存", "Storage"), keeps],
    [t("离线打开", "Opens offline"), state.offline ? t("已就绪", "Ready") : t("尚未就绪：须用 https 并联网打开一次", "Not yet: open it once online, over https")],
    [t("岸段与表单", "Segments and form"), state.taken ? `${clock(state.taken.made_at)} · ${state.taken.segments.length} ${t("段", "segments")} · ${state.taken.outlets.length} ${t("口", "outlets")}` : "—"],
    [t("设备编号", "Device"), state.device.slice(0, 8)],
  ];
  root.replaceChildren(
    topBar(t("本机", "This phone"), "#/"),
    h(
      "main",
      { class: "page" },
      notice(),
      h("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
      h("div", { class: "stack" },
        h("button", { type: "button", class: "main", onclick: () => { sync(); toast(t("正在上传…", "Uploading…")); } }, state.busy ? t("正在上传…", "Uploading…") : t("立即上传", "Upload now")),
        h("button", { type: "button", onclick: () => void takeAlong(true).then(changed) }, t("重新下载岸段和表单", "Load segments and form again")),
        h("button", { type: "button", onclick: () => void download() }, t("导出救援文件", "Save rescue file")),
        h("button", { type: "button", onclick: () => void tidy() }, t("清除已上传的照片", "Clear uploaded photos")),
      ),
      h("p", { class: "hint" }, t("救援文件含全部未上传的记录、轨迹和照片；交办公室在“现场设备”页接收，不会重复。", "The rescue file holds all that was not uploaded; the office takes it in on the devices page, never twice.")),
      h("p", { class: "hint" }, t("在浏览器菜单中选择“添加到主屏幕”，可像应用一样打开。", "Choose “Add to home screen” in the browser's menu to open it like an app.")),
    ),
  );
}

async function download(): Promise<void> {
  const address = URL.createObjectURL(await rescue());
  const link = h("a", { href: address, download: `${t("现场救援", "field-rescue")}-${state.device.slice(0, 8)}-${new Date().toISOString().slice(0, 10)}.json` });
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function tidy(): Promise<void> {
  for (const one of list.photos()) {
    if (!one.whole) continue;
    state.photos.delete(one.sha256);
    await dropPhoto(one.sha256);
  }
  changed();
  toast(t("已清除。", "Cleared."));
}

export function toast(text: string): void {
  const said = h("p", { class: "toast", role: "status" }, text);
  document.body.append(said);
  window.setTimeout(() => said.remove(), 4000);
}

// --- which screen ------------

function draw(always = false): void {
  const [, screen, id, step] = location.hash.split("/");
  const name = `${screen ?? ""}/${id ?? ""}/${step ?? ""}`;
  if (name === drawn && !always && screen === "record") return; // a form is never drawn over the one who fills it in
  if (name !== drawn) window.scrollTo(0, 0);
  if (name === drawn && !always && !screen) {
    refreshMap();
    const old = root.querySelector(".status");
    old?.replaceChildren(dot());
    const said = notice();
    root.querySelector("p.note")?.remove();
    if (said) root.querySelector("header")?.after(said);
    root.querySelector("p.walk")?.remove();
    const way = walk();
    if (way) root.querySelector("main")?.before(way);
    return;
  }
  drawn = name;
  map = screen ? null : map;
  switch (screen) {
    case "records":
      return records();
    case "record":
      return formScreen(root, state.records.get(id ?? ""), step ?? "", { topBar, go, toast, states: STATES });
    case "more":
      return more();
    default:
      return home();
  }
}

/** From then on the app opens without a network. */
async function takeShellAlong(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" }).catch(() => undefined);
  await navigator.serviceWorker.ready;
  state.offline = true;
  root.dataset.offline = "ready";
  changed();
}

async function start(): Promise<void> {
  await load();
  state.keeps = navigator.storage?.persist ? await navigator.storage.persist().catch(() => false) : null;
  void takeShellAlong();
  let taken = state.taken;
  onChange(() => {
    if (state.taken !== taken) {
      taken = state.taken;
      draw(!location.hash.startsWith("#/record/"));
    } else draw();
  });
  window.addEventListener("hashchange", () => draw());
  window.addEventListener("field-again", () => draw(true)); // a form asks to be drawn with what it has learnt
  window.addEventListener("online", sync);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sync());
  document.body.addEventListener("click", () => void listenToCompass(), { once: true });
  follow((fix) => map?.at(fix, false));
  tracking.resume();
  draw(true);
  sync();
}

void start();
