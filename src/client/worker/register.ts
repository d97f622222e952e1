/** Has the browser keep a page for when there is no way to the server; see offline.ts. */
import { chat } from "../page.ts";
import { workerUrl } from "../patch.ts";

export function keepOfflinePage(): void {
  // Plain http is enough on loopback alone.
  if (!("serviceWorker" in navigator)) return;
  const url = workerUrl(chat.dataset["version"] ?? "");
  // Without it everything works; browsers refuse it in private windows.
  navigator.serviceWorker.register(url, { updateViaCache: "none" }).catch(() => {});
}
