/** Which carrier gets through: the best first, the next where one does not; remembered for the tab. */
import type { OpenCarrier } from "./carrier.ts";

export class Choice {
  #index = remembered();
  #misses = 0;

  /** Best first. */
  constructor(readonly carriers: [OpenCarrier, ...OpenCarrier[]]) {}

  get open(): OpenCarrier {
    return this.carriers[this.#index] ?? this.carriers[0];
  }

  get isBest(): boolean {
    return this.#index === 0;
  }

  /** The network is another one: all may get through again. */
  reset(): void {
    this.#index = 0;
  }

  opened(): void {
    this.#misses = 0;
    try {
      sessionStorage.setItem(key, String(this.#index));
    } catch {
      // No storage: the next page finds out for itself.
    }
  }

  /** The best one that fails twice may be stopped on its way; another that opens and says nothing, be held back. */
  missed(wasSilent: boolean): void {
    this.#misses += 1;
    if (this.#index === 0) this.#index = this.#misses > 1 ? 1 : 0;
    else {
      this.#index = wasSilent && this.#index < this.carriers.length - 1 ? this.#index + 1 : 0;
      this.#misses = 0;
    }
  }
}

const key = "banter.carrier";

function remembered(): number {
  try {
    return Number(sessionStorage.getItem(key));
  } catch {
    return 0;
  }
}
