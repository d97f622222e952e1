/** The browser's globals, as far as the page's code uses them, for one page of a tab. */
import { Element, Text } from "./dom.ts";
import { parseHtml } from "./html.ts";
import { PageSocket } from "./page-socket.ts";
import type { Globals } from "./script.ts";
import type { Tab } from "./tab.ts";
import type { Life } from "./time.ts";

/** `handlers` gets what listens to the window and the document, by event. */
export function globalsOf(
  tab: Tab,
  document: Element,
  life: Life,
  handlers: Map<string, () => void>,
): Globals {
  const { time, randomFor } = tab.world;
  const random = randomFor(`${tab.name} ${time.now()}`);
  const listen = (event: string, handler: () => void) => void handlers.set(event, handler);
  const repeat = (work: () => void, ms: number): void => {
    life.after(ms, () => {
      work();
      repeat(work, ms);
    });
  };
  return {
    document: documentOn(document, listen),
    location: { origin: "http://localhost", reload: () => tab.load(tab.path) },
    sessionStorage: {
      getItem: (key: string) => tab.stored.get(key) ?? null,
      setItem: (key: string, value: string) => void tab.stored.set(key, value),
    },
    addEventListener: listen,
    setTimeout: (work: () => void, ms: number) => life.after(ms, work),
    clearTimeout: (cancel: (() => void) | undefined) => cancel?.(),
    setInterval: repeat,
    WebSocket: class extends PageSocket {
      constructor() {
        super(tab, life);
      }
    },
    Math: Object.assign(Object.create(Math), { random: () => random.below(1000) / 1000 }),
    crypto: { getRandomValues: (bytes: Uint8Array) => fill(bytes, random.below) },
    CSS: { escape: (text: string) => text },
    Text,
    Element,
    fetch: (path: string) => tab.fetch(path),
    near: (climb: () => void) => void handlers.set("near", climb),
  };
}

function documentOn(root: Element, listen: (event: string, handler: () => void) => void) {
  return {
    documentElement: { lang: "en" },
    visibilityState: "visible",
    activeElement: null,
    getSelection: () => null,
    addEventListener: listen,
    querySelector: (selector: string) => root.querySelector(selector),
    querySelectorAll: (selector: string) => root.querySelectorAll(selector),
    getElementById: (id: string) => root.getElementById(id),
    createElement: () => ({
      content: null as Element | null,
      set innerHTML(html: string) {
        this.content = parseHtml(html);
      },
    }),
  };
}

function fill(bytes: Uint8Array, below: (limit: number) => number): Uint8Array {
  for (let index = 0; index < bytes.length; index++) bytes[index] = below(256);
  return bytes;
}
