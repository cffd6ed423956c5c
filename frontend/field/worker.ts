// The service worker of /field/: the shell of the app and its files are taken along at installation and answered from
// there, so that it opens without a network. What is asked of the site itself (session, package, batch, photos) never is.
// `FIELD` is put before this file by the address that serves it (web/field/views.py).
interface Kept {
  version: string;
  shell: string[];
}
interface Waiting {
  waitUntil(done: Promise<unknown>): void;
}
interface Asked extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  FIELD: Kept;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", does: (event: Waiting) => void): void;
  addEventListener(name: "fetch", does: (event: Asked) => void): void;
}

const scope = self as unknown as Scope;
const NAME = `field-${scope.FIELD.version}`;
const HOME = "/field/";

scope.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(scope.FIELD.shell.map((url) => new Request(url, { cache: "reload" }))))
      .then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event) => {
  const old = (name: string) => name.startsWith("field-") && name !== NAME;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => scope.clients.claim()),
  );
});

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const opens = event.request.mode === "navigate" && url.pathname === HOME;
  const wanted = opens ? HOME : url.pathname + url.search;
  if (!opens && !scope.FIELD.shell.includes(wanted)) return;
  event.respondWith(
    caches
      .open(NAME)
      .then((cache) => cache.match(wanted))
      .then((found) => found ?? fetch(event.request)),
  );
});
