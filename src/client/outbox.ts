/** Ops that are not acknowledged yet, kept over a reload of the tab. */
import type { StoredOp } from "../protocol.ts";

export class Outbox {
  readonly #ops = new Map<string, StoredOp>();

  constructor() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) ?? "[]") as StoredOp[];
      for (const op of kept) this.#ops.set(op.id, op);
    } catch {
      // No storage, or none that can be read: what is sent from now on is kept in memory alone.
    }
  }

  all(): StoredOp[] {
    return [...this.#ops.values()];
  }

  add(op: StoredOp): void {
    this.#ops.set(op.id, op);
    this.#keep();
  }

  remove(id: string): StoredOp | null {
    const op = this.#ops.get(id) ?? null;
    if (this.#ops.delete(id)) this.#keep();
    return op;
  }

  /** A message that is on the page has arrived, even if its acknowledgement was lost. */
  removeShown(): void {
    for (const id of [...this.#ops.keys()]) if (document.getElementById(`m-${id}`) !== null) this.remove(id);
  }

  #keep(): void {
    try {
      sessionStorage.setItem(key, JSON.stringify(this.all()));
    } catch {
      // Full or forbidden: the op is still in memory.
    }
  }
}

const key = "banter.outbox";
