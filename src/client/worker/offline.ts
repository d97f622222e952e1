/** The service worker: says that there is no way to the server, where the browser would show an error of its own. */

/** As much of the browser's types as is used here; those of a page and of a worker don't go together. */
type Scope = {
  location: Location;
  registration: { navigationPreload?: { enable(): Promise<void> } };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", handler: (event: Lasting) => void): void;
  addEventListener(type: "fetch", handler: (event: Fetching) => void): void;
};
type Lasting = { waitUntil(work: Promise<unknown>): void };
type Fetching = {
  request: Request;
  clientId: string;
  resultingClientId: string;
  preloadResponse: Promise<Response | undefined>;
  respondWith(response: Promise<Response>): void;
};

const worker = self as unknown as Scope;
const page = "/offline";
/** Of the program that this worker belongs to: another one has other files. */
const cacheName = `banter-${new URL(worker.location.href).searchParams.get("v")}`;
/** Pages that this worker has put in the place of others. */
const shown = new Set<string>();

worker.addEventListener("install", (event) => event.waitUntil(keepPage()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (shown.has(event.clientId)) event.respondWith(keptOr(request));
  // A form's words would be lost behind a page: the browser offers to send them again.
  else if (request.mode === "navigate" && request.method === "GET") event.respondWith(navigate(event));
});

/** The page with all that it shows. */
async function keepPage(): Promise<void> {
  const response = await fetch(page, { cache: "no-store" });
  const html = await response.clone().text();
  const assets = html.match(/\/assets\/[\w./-]+/g) ?? [];
  const cache = await caches.open(cacheName);
  await cache.addAll([...new Set(assets)]);
  await cache.put(page, response);
  await worker.skipWaiting();
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name);
  // The page is asked for while the worker starts, so that it costs no time.
  await worker.registration.navigationPreload?.enable();
}

async function navigate({ request, preloadResponse, resultingClientId }: Fetching): Promise<Response> {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch (error) {
    const kept = await caches.match(page);
    if (kept === undefined) throw error;
    shown.add(resultingClientId);
    return kept;
  }
}

async function keptOr(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
