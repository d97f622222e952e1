/** What has been counted since the process began: data only, so that it outlives a hot reload. */

export type Labels = Record<string, string>;

/** `counts[i]` is how many were at most `upTo[i]` and above the one before; the last is what was above all. */
export type Histogram = { upTo: readonly number[]; counts: number[]; sum: number };

export type Sample = { labels: Labels; value: number | Histogram };

/** By the metric's name, then by its labels, of which there are few. */
export type Tally = Map<string, Sample[]>;

export function createTally(): Tally {
  return new Map();
}

/** With 0, the sample is there from the start: a rate over it then knows the first one, too. */
export function add(tally: Tally, name: string, labels: Labels, amount = 1): void {
  const sample = sampleOf(tally, name, labels, () => 0);
  if (typeof sample.value === "number") sample.value += amount;
}

export function observe(
  tally: Tally,
  name: string,
  labels: Labels,
  upTo: readonly number[],
  value: number,
): void {
  const sample = sampleOf(tally, name, labels, () => emptyHistogram(upTo));
  if (typeof sample.value === "number") return;
  const { value: histogram } = sample;
  const found = histogram.upTo.findIndex((limit) => value <= limit);
  const bucket = found === -1 ? histogram.upTo.length : found;
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.sum += value;
}

export function emptyHistogram(upTo: readonly number[]): Histogram {
  return { upTo, counts: upTo.map(() => 0).concat(0), sum: 0 };
}

function sampleOf(tally: Tally, name: string, labels: Labels, first: () => Sample["value"]): Sample {
  const samples = tally.get(name) ?? [];
  tally.set(name, samples);
  const known = samples.find((sample) => Bun.deepEquals(sample.labels, labels));
  if (known !== undefined) return known;
  const sample = { labels, value: first() };
  samples.push(sample);
  return sample;
}
