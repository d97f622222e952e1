/** Values put into the holes of a text: `{name}`. */

export type Values = Record<string, string | number>;

/** Numbers are written as the language of the text writes them. */
export function fill(text: string, values: Values, { count }: { count(number: number): string }): string {
  return text.replace(hole, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`“${text}” has no value for {${name}}`);
    return typeof value === "number" ? count(value) : value;
  });
}

export function holesIn(text: string): string[] {
  return [...text.matchAll(hole)].map(([, name = ""]) => name).toSorted();
}

const hole = /\{(\w+)\}/g;
