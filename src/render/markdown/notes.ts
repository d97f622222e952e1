/** Footnotes of one reply: which are defined, by which number, and where they are first referred to. */

export class Notes {
  readonly #numbers = new Map<string, number>();
  readonly #homes = new Map<string, string>();
  #place = "";
  readonly #led = new Set<string>();

  /** `name` tells this reply's notes from others on the same page. */
  constructor(readonly name: string) {}

  /** In the order of definitions, which no later text changes. */
  numberOf(label: string): number | null {
    return this.#numbers.get(noteKey(label)) ?? null;
  }

  /** Whether it is new. `home`: the place of the first reference, to which the note leads back. */
  define(label: string, home: string | null): boolean {
    const key = noteKey(label);
    if (this.#numbers.has(key)) return false;
    this.#numbers.set(key, this.#numbers.size + 1);
    if (home !== null) this.#homes.set(key, home);
    return true;
  }

  get next(): number {
    return this.#numbers.size + 1;
  }

  /** What is rendered from here on stands there; "" where nothing leads back to. */
  at(place: string): void {
    this.#place = place;
    this.#led.clear();
  }

  /** Once for each label of a place: an id is given once. */
  isHome(label: string): boolean {
    const key = noteKey(label);
    if (this.#place === "" || this.#homes.get(key) !== this.#place || this.#led.has(key)) return false;
    this.#led.add(key);
    return true;
  }

  hasHome(label: string): boolean {
    return this.#homes.has(noteKey(label));
  }

  idOf(kind: "note" | "ref", number: number): string {
    return `${kind}-${this.name}-${number}`;
  }
}

/** As a link's label is compared; see definitions.ts. */
export const noteKey = (label: string): string => `^${label.toLowerCase()}`;
