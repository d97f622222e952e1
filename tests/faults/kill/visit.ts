/** A tab of somebody who stays: it comes back when its line or its server goes, and sends again what was not answered. */
import type { Frame, TurnOp } from "../../../src/protocol.ts";
import type { Random } from "../../support/random.ts";
import { loadTab, type Tab } from "../../support/tab.ts";
import type { Record } from "../check/record.ts";
import { noteShown } from "../check/shown.ts";

export type VisitOptions = {
  /** Of the server, or of the proxy before it. */
  url: string;
  cookie: string | undefined;
  path: string;
  record: Record;
  random: Random;
};

export class Visit {
  tab: Tab | null = null;
  isConnected = false;
  #cookie: string | undefined;
  #isOver = false;
  #isStale = false;
  #path: string;
  #misses = 0;
  readonly #outbox = new Map<string, TurnOp>();
  readonly #life: Promise<void>;

  constructor(readonly options: VisitOptions) {
    this.#cookie = options.cookie;
    this.#path = options.path;
    this.#life = this.#live();
  }

  get cookie(): string {
    return this.#cookie ?? "";
  }

  get isIdle(): boolean {
    return this.isConnected && this.#outbox.size === 0;
  }

  /** Goes out now, or when there is a line. */
  ask(op: TurnOp, account: string): void {
    this.options.record.asked.set(op.id, { op, account, sentMs: [], ackedMs: null, refusals: [] });
    this.#outbox.set(op.id, op);
    if (this.isConnected) this.#send(op);
  }

  /** Where the page is from the next load on. */
  moveTo(path: string): void {
    this.#path = path;
  }

  /** Loads its page anew, or another one. */
  reload(path = this.#path): void {
    this.#path = path;
    this.#isStale = true;
    this.tab?.drop();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.tab?.drop();
    await this.#life;
  }

  #send(op: TurnOp): void {
    this.options.record.asked.get(op.id)?.sentMs.push(performance.now());
    this.tab?.raw(JSON.stringify(op));
  }

  async #live(): Promise<void> {
    while (!this.#isOver) {
      this.#isStale = false;
      this.tab = await this.#load();
      if (this.tab !== null) await this.#stayOn(this.tab);
      await this.#pause();
    }
  }

  async #load(): Promise<Tab | null> {
    try {
      const tab = await loadTab(this.options.url, {
        path: this.#path,
        ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
      });
      if (tab.position.conversation === "") {
        // Not stored yet; or refused, and then never.
        this.#misses += 1;
        if (this.#misses > missesMax) this.#path = "/";
        return null;
      }
      this.#misses = 0;
      this.#cookie = tab.cookie;
      tab.onFrame = (frame) => this.#hear(tab, frame);
      return tab;
    } catch {
      return null;
    }
  }

  async #stayOn(tab: Tab): Promise<void> {
    while (!this.#isStale && !this.#isOver) await this.#stay(tab);
  }

  /** Until its line is gone. */
  async #stay(tab: Tab): Promise<void> {
    const isGone = () => tab.closeCode !== null || this.#isStale || this.#isOver;
    const joined = tab.connect().then(
      () => true,
      () => false,
    );
    const isOpen = await Promise.race([joined, goneOf(tab, isGone)]);
    if (isOpen) {
      this.isConnected = true;
      for (const op of this.#outbox.values()) this.#send(op);
      await goneOf(tab, isGone);
    }
    this.isConnected = false;
    if (!this.#isStale) tab.drop();
    if (this.options.random.below(4) === 0) this.#isStale = true;
    else await this.#pause();
  }

  #hear(tab: Tab, frame: Frame): void {
    const { record } = this.options;
    if (frame.type === "ack") {
      this.#outbox.delete(frame.id);
      const asked = record.asked.get(frame.id);
      if (asked) asked.ackedMs ??= performance.now();
    } else if (frame.type === "error" && frame.id !== null) {
      if (this.#outbox.delete(frame.id)) record.asked.get(frame.id)?.refusals.push(frame.code);
    } else if (frame.type === "reload") this.reload();
    else if (frame.type === "reply") {
      const shown = tab.replies().find(({ generation }) => generation === frame.generation);
      if (shown) noteShown(record, frame.generation, shown.body.html().join(""));
    }
  }

  #pause(): Promise<void> {
    return Bun.sleep(10 + this.options.random.below(120));
  }
}

const missesMax = 30;

/** Resolves with false when the tab's line is gone, however long that takes. */
async function goneOf(tab: Tab, isGone: () => boolean): Promise<false> {
  while (!isGone()) await tab.until(isGone).catch(() => null);
  return false;
}
