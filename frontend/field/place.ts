// Where the phone is and which way it looks. Neither is ever invented: what is not known is null.

export interface Fix {
  longitude: number;
  latitude: number;
  accuracy_m: number | null;
  at: number; // ms
}

let last: Fix | null = null;
let bearing: number | null = null;
const listeners = new Set<(fix: Fix) => void>();
let watching = 0;

/** The last fix, if it is not older than so many seconds. */
export function here(fresh_s = 60): Fix | null {
  return last && Date.now() - last.at < fresh_s * 1000 ? last : null;
}

/** Ask once; null when the phone does not say within the time. */
export function locate(wait_ms = 15_000): Promise<Fix | null> {
  return new Promise((done) => {
    if (!navigator.geolocation) return done(null);
    navigator.geolocation.getCurrentPosition(
      (found) => done(keep(found)),
      () => done(null),
      { enableHighAccuracy: true, timeout: wait_ms, maximumAge: 10_000 },
    );
  });
}

/** Follow the phone until the returned function is called. */
export function follow(tell: (fix: Fix) => void): () => void {
  listeners.add(tell);
  if (!watching && navigator.geolocation) {
    watching = navigator.geolocation.watchPosition(keep, () => undefined, { enableHighAccuracy: true, maximumAge: 2_000 });
  }
  return () => {
    listeners.delete(tell);
    if (!listeners.size && watching) {
      navigator.geolocation.clearWatch(watching);
      watching = 0;
    }
  };
}

function keep(found: GeolocationPosition): Fix {
  const { longitude, latitude, accuracy } = found.coords;
  last = { longitude, latitude, accuracy_m: Number.isFinite(accuracy) ? Math.round(accuracy) : null, at: Date.now() };
  for (const tell of listeners) tell(last);
  return last;
}

interface Compass extends DeviceOrientationEvent {
  webkitCompassHeading?: number;
}

/** Begin to listen to the compass. Some phones ask their owner first, and only after a touch. */
export async function listenToCompass(): Promise<void> {
  const kind = window.DeviceOrientationEvent as unknown as { requestPermission?: () => Promise<string> } | undefined;
  if (kind?.requestPermission && (await kind.requestPermission().catch(() => "denied")) !== "granted") return;
  const hear = (event: Event) => {
    const said = event as Compass;
    if (typeof said.webkitCompassHeading === "number") bearing = Math.round(said.webkitCompassHeading);
    else if (said.absolute && said.alpha !== null) bearing = Math.round((360 - said.alpha) % 360);
  };
  window.addEventListener("deviceorientationabsolute", hear);
  window.addEventListener("deviceorientation", hear);
}

export function heading(): number | null {
  return bearing;
}

/** Metres between two places on the sphere. */
export function metres(a: [number, number], b: [number, number]): number {
  const rad = Math.PI / 180;
  const half = Math.sin(((b[1] - a[1]) * rad) / 2) ** 2 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * Math.sin(((b[0] - a[0]) * rad) / 2) ** 2;
  return 12_742_000 * Math.asin(Math.min(1, Math.sqrt(half)));
}
