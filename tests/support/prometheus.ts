/** Reads Prometheus's text format 0.0.4, and throws where it is not kept. */

export type Family = { type: string; help: string; samples: Map<string, number> };

/** By family name; samples by their name and labels as they were written: `a_bucket{le="1"}`. */
export function readMetrics(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, Family>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (families.has(name)) throw new Error(`${name} comes twice`);
      families.set(name, { type: "", help: rest, samples: new Map() });
      current = name;
      continue;
    }
    const family = families.get(current);
    if (family === undefined) throw new Error(`nothing was told of ${line}`);
    if (kind === "TYPE") setType(family, current, name, rest);
    else addSample(family, current, line);
  }
  for (const [name, family] of families) if (family.type === "histogram") checkHistogram(name, family);
  return families;
}

function setType(family: Family, current: string, name: string, type: string): void {
  const isKnown = ["counter", "gauge", "histogram", "summary", "untyped"].includes(type);
  if (name !== current || !isKnown || family.type !== "" || family.samples.size > 0) {
    throw new Error(`TYPE of ${name} is out of place, or none: ${type}`);
  }
  family.type = type;
}

const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"`;
const sampleLine = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(\{${label}(?:,${label})*\})? ([+-]?(?:Inf|NaN|\d[\d.e+-]*))$`,
);

function addSample(family: Family, current: string, line: string): void {
  const [, name = "", labels = "", number = ""] = sampleLine.exec(line) ?? [];
  const own =
    family.type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => current + end) : [current];
  if (family.type === "" || !own.includes(name)) throw new Error(`not a sample of ${current}: ${line}`);
  if (family.samples.has(name + labels)) throw new Error(`${name}${labels} comes twice`);
  const value = number.endsWith("Inf") ? Infinity : Number(number);
  if (family.type === "counter" && !(value >= 0)) throw new Error(`a counter below nothing: ${line}`);
  family.samples.set(name + labels, value);
}

function checkHistogram(name: string, { samples }: Family): void {
  const groups = new Map<string, [number, number][]>();
  for (const [key, count] of samples) {
    const [, rest = "", le = ""] = /_bucket\{(.*?),?le="([^"]+)"\}$/.exec(key) ?? [];
    if (le === "") continue;
    const group = groups.get(rest) ?? [];
    groups.set(rest, [...group, [le === "+Inf" ? Infinity : Number(le), count]]);
  }
  for (const [labels, buckets] of groups) {
    const all = labels === "" ? "" : `{${labels}}`;
    const isRising = buckets.every(([le, count], index) => {
      const [leBefore, countBefore] = buckets[index - 1] ?? [-Infinity, 0];
      return le > leBefore && count >= countBefore;
    });
    const [last, total] = buckets.at(-1) ?? [];
    if (!isRising || last !== Infinity || total !== samples.get(`${name}_count${all}`)) {
      throw new Error(`the buckets of ${name}${all} do not add up`);
    }
    if (!samples.has(`${name}_sum${all}`)) throw new Error(`${name}${all} has no sum`);
  }
}
