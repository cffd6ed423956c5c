// Building the screen, and the words of the app in both languages.

const english = document.documentElement.lang.startsWith("en");

/** The word in the language of the page. */
export function t(chinese: string, english_: string): string {
  return english ? english_ : chinese;
}

type Child = Node | string | null | undefined | false;
type Props = Record<string, string | boolean | ((event: Event) => void) | null | undefined>;

/** An element: `on…` are listeners, true and false switch attributes, the rest are attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/** A time of the phone as one reads it. */
export function clock(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  return Number.isNaN(at.getTime()) ? "—" : `${at.getMonth() + 1}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function span(seconds: number): string {
  const plain = Math.abs(seconds);
  if (plain < 90) return t(`${Math.round(plain)} 秒`, `${Math.round(plain)} s`);
  if (plain < 5400) return t(`${Math.round(plain / 60)} 分钟`, `${Math.round(plain / 60)} min`);
  if (plain < 129_600) return t(`${Math.round(plain / 3600)} 小时`, `${Math.round(plain / 3600)} h`);
  return t(`${Math.round(plain / 86_400)} 天`, `${Math.round(plain / 86_400)} d`);
}
