// The form of one record, a step to a screen. Every keystroke is kept; finishing freezes what is there and sends it.
import { take, thumbnail } from "./camera";
import { clock, h, t } from "./dom";
import type { Asked, Package } from "./package";
import { here, locate, metres } from "./place";
import { addPhoto, edit, finish, titleOf, type FieldRecord, type PhotoSaid, type State } from "./queue";
import { dropEmpty, keepPhoto, keepRecord, state } from "./state";
import { sync } from "./sync";

interface Frame {
  topBar(title: string, back: string | null): HTMLElement;
  go(hash: string): void;
  toast(text: string): void;
  states: Record<State, string>;
}

const BEARINGS: [string, number][] = [
  [t("北", "N"), 0],
  [t("东北", "NE"), 45],
  [t("东", "E"), 90],
  [t("东南", "SE"), 135],
  [t("南", "S"), 180],
  [t("西南", "SW"), 225],
  [t("西", "W"), 270],
  [t("西北", "NW"), 315],
];

const now = () => new Date().toISOString();
const live = (id: string) => state.records.get(id)!;

async function set(id: string, name: string, value: unknown): Promise<void> {
  await keepRecord(edit(live(id), name, value, now()));
}

export async function startWithPhoto(record: FieldRecord, file: File): Promise<void> {
  const taken = await take(file, "近景");
  await keepPhoto(taken.photo);
  let one = addPhoto(live(record.id), taken.said, now());
  if (!one.fields.longitude && taken.said.longitude !== null) {
    one = edit(one, "longitude", taken.said.longitude.toFixed(6), now());
    one = edit(one, "latitude", taken.said.latitude!.toFixed(6), now());
  }
  await keepRecord(one);
  window.dispatchEvent(new Event("field-again"));
}

export function formScreen(root: HTMLElement, record: FieldRecord | undefined, step: string, frame: Frame): void {
  if (!record) {
    root.replaceChildren(frame.topBar(t("记录", "Record"), "#/records"), h("main", { class: "page" }, h("p", { class: "note" }, t("本机没有这条记录。", "This record is not on this phone."))));
    return;
  }
  const taken = state.taken;
  const steps = ["photos", "where", ...(taken?.steps ?? []).map((one) => one.name).filter((one) => one !== "where")];
  const at = steps.includes(step) ? step : "photos";
  const order = steps.indexOf(at);
  const titles: Record<string, string> = { photos: t("照片", "Photos"), where: t("位置", "Place"), ...Object.fromEntries((taken?.steps ?? []).map((one) => [one.name, one.title])) };
  const body = h("main", { class: "page" }, receipt(record, frame));
  if (at === "photos") body.append(photoStep(record, frame));
  else {
    if (at === "where") body.append(whereStep(record, frame));
    if (at === "what") body.append(typeStep(record));
    for (const asked of taken?.steps.find((one) => one.name === at)?.questions ?? []) if (isAsked(record, asked)) body.append(question(record, asked));
  }
  const next = steps[order + 1];
  root.replaceChildren(
    frame.topBar(titleOf(record), "#/records"),
    h("nav", { class: "steps", "aria-label": t("步骤", "Steps") }, ...steps.map((one) => h("button", { type: "button", "aria-current": one === at ? "step" : null, onclick: () => frame.go(`#/record/${record.id}/${one}`) }, titles[one] ?? one))),
    body,
    h(
      "nav",
      { class: "dock" },
      at === "photos" ? null : shutter(record, frame),
      next ? h("button", { type: "button", onclick: () => frame.go(`#/record/${record.id}/${next}`) }, t("下一步", "Next")) : h("button", { type: "button", onclick: () => void leave(record.id, frame) }, t("先存着", "Keep as draft")),
      h("button", { type: "button", class: "main", onclick: () => void done(record.id, frame) }, t("完成并上传", "Finish and upload")),
    ),
  );
}

/** The shutter is one tap away on every step. */
function shutter(record: FieldRecord, frame: Frame): HTMLElement {
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "hidden", id: "photo" });
  input.addEventListener("change", () => void add(record.id, input, nextSubject(record), frame).then(() => frame.toast(t("照片已存本机。", "Photo kept."))));
  return h("span", { class: "tap" }, h("label", { class: "shutter", for: "photo" }, t("拍照", "Photo")), input);
}

function nextSubject(record: FieldRecord): string {
  const used = new Set(record.photos.map((one) => one.subject));
  return (state.taken?.subjects ?? [["近景", ""]]).find(([key]) => !used.has(key))?.[0] ?? "其他";
}

async function leave(id: string, frame: Frame): Promise<void> {
  await dropEmpty(id);
  frame.go("#/records");
}

async function done(id: string, frame: Frame): Promise<void> {
  const record = live(id);
  if (record.state !== "draft") return frame.go("#/records");
  await keepRecord(finish(record, crypto.randomUUID(), now(), state.offset_s, state.taken?.form_version ?? ""));
  frame.toast(t("已存本机，有网络时自动上传。", "Saved on this phone; it uploads when there is a network."));
  frame.go("#/records");
  sync();
}

/** Where the record stands and what was said of it. */
function receipt(record: FieldRecord, frame: Frame): HTMLElement {
  const outlet = record.outlet ? h("small", {}, record.outletName) : null;
  const apart = record.conflicts.length ? h("small", { class: "error" }, t("另一台设备改了同样的内容，办公室将裁定。", "Another phone changed the same fields; the office decides.")) : null;
  return h("section", { class: "receipt", "data-state": record.state }, h("span", { class: `tag tag-${record.state}` }, frame.states[record.state]), outlet, apart, ...record.findings.map((one) => h("small", { class: one.severity }, one.text)));
}

function top(record: FieldRecord): string {
  return String(record.fields.type_key ?? "").split(".")[0] || String(record.fields.type_top ?? "");
}

function isAsked(record: FieldRecord, asked: Asked): boolean {
  if (asked.name === "not_direct" && record.fields.is_direct !== "否") return false;
  return !asked.tops.length || asked.tops.includes(top(record));
}

function field(id: string, title: string, control: HTMLElement, hint = ""): HTMLElement {
  control.id = id;
  return h("div", { class: "field" }, h("label", { for: id }, title), control, hint ? h("small", { class: "hint" }, hint) : null);
}

function question(record: FieldRecord, asked: Asked): HTMLElement {
  const value = String(record.fields[asked.name] ?? "");
  const title = asked.unit ? `${asked.title}（${asked.unit}）` : asked.title;
  if (asked.kind === "choice") return choice(record, asked.name, title, asked.choices, value);
  const keep = (event: Event) => void set(record.id, asked.name, (event.target as HTMLInputElement).value);
  if (asked.kind === "area") {
    const box = h("textarea", { rows: "4", maxlength: String(asked.most), oninput: keep });
    box.value = value;
    return field(`q-${asked.name}`, title, box, asked.hint);
  }
  const input = h("input", { type: "text", maxlength: String(asked.most), inputmode: asked.kind === "number" ? "decimal" : null, oninput: keep, autocomplete: "off" });
  input.value = value;
  if (asked.kind !== "number") return field(`q-${asked.name}`, title, input, asked.hint);
  const warn = h("small", { class: "warning" });
  const judge = () => {
    const found = Number(input.value);
    const out = input.value && (!Number.isFinite(found) || (asked.low !== null && found < asked.low) || (asked.high !== null && found > asked.high));
    warn.textContent = out ? t(`请核对：应在 ${asked.low} 至 ${asked.high} 之间`, `Check: between ${asked.low} and ${asked.high}`) : "";
  };
  input.addEventListener("input", judge);
  judge();
  const made = field(`q-${asked.name}`, title, input, asked.hint);
  made.append(warn);
  return made;
}

function choice(record: FieldRecord, name: string, title: string, choices: [string, string][], value: string): HTMLElement {
  const made = h("fieldset", { class: "field" }, h("legend", {}, title));
  const box = h("div", { class: "choices" });
  for (const [key, label] of choices) {
    const pressed = () => String(live(record.id).fields[name] ?? "") === key;
    const button = h("button", { type: "button", "aria-pressed": String(value === key) }, label);
    button.addEventListener("click", () => {
      void set(record.id, name, pressed() ? "" : key).then(() => {
        for (const each of box.children) each.setAttribute("aria-pressed", String(each === button && pressed()));
        if (name === "is_direct") window.dispatchEvent(new Event("field-again"));
      });
    });
    box.append(button);
  }
  made.append(box);
  return made;
}

// --- what kind ------------

function typeStep(record: FieldRecord): HTMLElement {
  const select = h("select", { onchange: () => void set(record.id, "type_key", select.value).then(() => window.dispatchEvent(new Event("field-again"))) }, h("option", { value: "" }, t("暂无法确定", "Cannot tell yet")));
  for (const one of state.taken?.types ?? []) {
    const group = h("optgroup", { label: one.name });
    for (const [key, name] of one.children) group.append(h("option", { value: key, selected: record.fields.type_key === key }, name));
    select.append(group);
  }
  return field("q-type_key", t("拟定类型（待确认）", "Type (to be confirmed)"), select);
}

// --- where ------------

function whereStep(record: FieldRecord, frame: Frame): HTMLElement {
  const segments = state.taken?.segments ?? [];
  const pick = h("select", { onchange: () => void keepRecord({ ...edit(live(record.id), "accuracy_m", live(record.id).fields.accuracy_m, now()), segment: Number(pick.value) || null }) }, h("option", { value: "" }, t("不在我的岸段", "Not on my segments")));
  for (const one of segments) pick.append(h("option", { value: String(one.id), selected: record.segment === one.id }, t(`第${one.number}段 ${one.water}${one.bank}`, `No. ${one.number} ${one.water}`)));
  const inputs = (["longitude", "latitude"] as const).map((name) => {
    const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", oninput: () => void set(record.id, name, input.value) });
    input.value = String(record.fields[name] ?? "");
    return input;
  });
  const datum = choice(record, "datum", t("坐标来源", "Coordinates from"), [["cgcs2000", t("手机定位", "This phone")], ["gcj02", t("地图软件", "A map app")]], String(record.fields.datum ?? "cgcs2000"));
  const fill = async () => {
    const fix = here() ?? (await locate());
    if (!fix) return frame.toast(t("暂时没有定位，请到开阔处再试，或手工填写。", "No position yet; try in the open or type it."));
    await set(record.id, "longitude", fix.longitude.toFixed(6));
    await set(record.id, "latitude", fix.latitude.toFixed(6));
    await set(record.id, "accuracy_m", fix.accuracy_m);
    await set(record.id, "datum", "cgcs2000");
    window.dispatchEvent(new Event("field-again"));
  };
  return h(
    "section",
    {},
    field("q-segment", t("岸段", "Segment"), pick),
    h("button", { type: "button", class: "main wide", onclick: () => void fill() }, t("取当前位置", "Use my position")),
    field("q-longitude", t("经度", "Longitude"), inputs[0]!, record.fields.accuracy_m ? t(`定位精度约 ${record.fields.accuracy_m} m`, `About ${record.fields.accuracy_m} m`) : ""),
    field("q-latitude", t("纬度", "Latitude"), inputs[1]!),
    datum,
    neighbours(record, state.taken),
  );
}

/** Outlets on file near the point: the same one, or another one and why. */
function neighbours(record: FieldRecord, taken: Package | null): HTMLElement | null {
  const [lon, lat] = [Number(record.fields.longitude), Number(record.fields.latitude)];
  if (!taken || !record.fields.longitude || record.outlet) return null;
  const near = taken.outlets
    .map((one) => ({ one, off: metres([lon, lat], [one.longitude, one.latitude]) }))
    .filter((each) => each.off <= taken.same_point_m)
    .sort((a, b) => a.off - b.off)
    .slice(0, 5);
  if (!near.length) return null;
  const choices = near.map(({ one, off }): [string, string] => [String(one.id), `${one.name} · ${Math.round(off)} m`]);
  const reason = h("input", { type: "text", maxlength: "200", oninput: () => void set(record.id, "not_same", reason.value) });
  reason.value = String(record.fields.not_same ?? "");
  return h("section", { class: "near" }, choice(record, "same_as", t("附近已有的排污口，是同一个吗？", "Outlets on file near: the same one?"), choices, String(record.fields.same_as ?? "")), field("q-not_same", t("不是同一个的理由", "Why it is another one"), reason));
}

// --- photos ------------

function photoStep(record: FieldRecord, frame: Frame): HTMLElement {
  const subjects = state.taken?.subjects ?? [["近景", t("近景", "Near")]];
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "hidden", id: "photo" });
  input.addEventListener("change", () => void add(record.id, input, nextSubject(record), frame));
  const rows = record.photos.filter((one) => !one.gone).map((one) => photoRow(record, one, subjects));
  return h(
    "section",
    {},
    h("label", { class: "shutter wide", for: "photo" }, t("拍照", "Take a photo")),
    input,
    rows.length ? h("ul", { class: "photos" }, ...rows) : h("p", { class: "hint" }, t("请拍近景、远景；有标识牌的拍标识牌。", "Take it from near and from afar; the sign too, if there is one.")),
  );
}

async function add(id: string, input: HTMLInputElement, subject: string, frame: Frame): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  const taken = await take(file, subject);
  if (live(id).photos.some((one) => one.sha256 === taken.said.sha256)) return frame.toast(t("这张照片已经在记录里。", "This photo is in the record already."));
  await keepPhoto(taken.photo);
  await keepRecord(addPhoto(live(id), taken.said, now()));
  window.dispatchEvent(new Event("field-again"));
}

function photoRow(record: FieldRecord, said: PhotoSaid, subjects: [string, string][]): HTMLElement {
  const change = (more: Partial<PhotoSaid>) => keepRecord(addPhoto(live(record.id), { ...live(record.id).photos.find((one) => one.sha256 === said.sha256)!, ...more }, now()));
  const photo = state.photos.get(said.sha256);
  const picture = h("div", { class: "thumb" });
  if (photo?.blob) void thumbnail(photo.blob, 96).then((canvas) => picture.append(canvas));
  const subject = h("select", { "aria-label": t("拍的是什么", "What it shows"), onchange: () => void change({ subject: subject.value }) }, ...subjects.map(([key, label]) => h("option", { value: key, selected: key === said.subject }, label)));
  const bearing = h("select", { "aria-label": t("朝向", "Bearing"), onchange: () => void change({ bearing_deg: bearing.value === "" ? null : Number(bearing.value) }) }, h("option", { value: "" }, t("朝向不详", "Bearing unknown")));
  const octant = said.bearing_deg === null ? null : (Math.round(said.bearing_deg / 45) % 8) * 45;
  for (const [label, degrees] of BEARINGS) bearing.append(h("option", { value: String(degrees), selected: degrees === octant }, label));
  const where = said.longitude === null ? h("small", { class: "warning" }, t("没有位置", "No position")) : h("small", {}, `${said.longitude.toFixed(5)}, ${said.latitude!.toFixed(5)}`);
  const sent = photo?.fault ? h("small", { class: "error" }, photo.fault) : h("small", {}, photo && !photo.whole ? t("已存本机", "On this phone") : t("已上传", "Uploaded"));
  const remove = h("button", { type: "button", class: "quiet", onclick: () => void change({ gone: true }).then(() => window.dispatchEvent(new Event("field-again"))) }, t("移除", "Remove"));
  return h("li", { class: "photo" }, picture, h("div", { class: "said" }, h("small", {}, clock(said.taken_at)), where, sent, subject, bearing, remove));
}
