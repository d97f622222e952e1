/** The browser's WebSocket, as far as the page's code uses it, on a simulated wire. */
import type { Wire } from "./network.ts";
import type { Tab } from "./tab.ts";
import type { Life } from "./time.ts";

export class PageSocket {
  static readonly OPEN = 1;
  readyState = 0;
  wire: Wire | null = null;
  readonly #listeners = new Map<string, (event: { data: string }) => void>();

  constructor(
    readonly tab: Tab,
    readonly life: Life,
  ) {
    if (tab.page?.life === life) tab.page.socket = this;
    tab.world.time.after(10, () => this.#dial());
  }

  addEventListener(event: string, listener: (event: { data: string }) => void): void {
    this.#listeners.set(event, listener);
  }

  send(text: string): void {
    const said = this.tab.spoken(text);
    if (said !== null) this.wire?.toServer(said);
  }

  /** The page hears of it when the other side has answered; a page that is left hears nothing. */
  close(): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.wire?.close("client", 1001);
    this.tab.world.time.after(20, () => this.#closed());
  }

  #dial(): void {
    const { world, person, isOffline } = this.tab;
    if (this.readyState !== 0) return;
    if (isOffline || !world.server?.isReady) return this.#closed();
    const server = world.server.accept(person, () => wire);
    const client = { received: (text: string) => this.#heard(text), closed: () => this.#closed() };
    const wire = world.wire(client, server);
    this.wire = wire;
    this.readyState = 1;
    this.#emit("open", "");
  }

  #heard(text: string): void {
    const { world, name } = this.tab;
    world.journal.tell(`${world.time.now() % 1e7} ${name} hears: ${text}`);
    if (this.readyState === 1) this.#emit("message", text);
    // As a MutationObserver does, before anything else comes.
    if (!this.life.isOver) this.tab.page?.script.foldThoughts();
  }

  #closed(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#emit("close", "");
  }

  #emit(event: string, data: string): void {
    if (!this.life.isOver) this.#listeners.get(event)?.({ data });
  }
}
