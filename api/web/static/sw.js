// Keeps the shell of the page, so that it opens as an app also while the gateway is away and then says so.
// Answers of the service are never kept: old news must not look like the state of a pump.

const SHELL = "%SHELL%".split(" ");
const KEPT = "zcw-%VERSION%";
const PATIENCE_MS = 3_000;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name.startsWith("zcw-") && name !== KEPT) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(old());
});

addEventListener("fetch", (event) => {
  const { url, method } = event.request;
  const { scope } = registration;
  const name = url.startsWith(scope) ? url.slice(scope.length).replace(/[?#].*$/, "") : null;
  // Whatever is no part of the shell goes to the service, and fails when the service is away.
  if (method !== "GET" || name === null || !SHELL.includes(name === "" ? "./" : name)) return;
  event.respondWith(newest(event.request));
});

// The service's own word first; the kept one when there is none within some seconds, or a proxy finds nobody behind it.
async function newest(request) {
  const kept = async () => (await caches.open(KEPT)).match(request, { ignoreSearch: true });
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status < 500 ? answer : ((await kept()) ?? answer);
  } catch (error) {
    const found = await kept();
    if (found === undefined) throw error;
    return found;
  }
}
