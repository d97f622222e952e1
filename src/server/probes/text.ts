/** Metrics as text, in the format 0.0.4 of https://prometheus.io/docs/instrumenting/exposition_formats. */
import type { Histogram, Labels, Sample } from "./tally.ts";

export type Family = {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  samples: Sample[];
};

export const contentType = "text/plain; version=0.0.4; charset=utf-8";

export function textOf(families: Family[]): string {
  return families.flatMap(linesOf).join("\n") + "\n";
}

function linesOf({ name, type, help, samples }: Family): string[] {
  const told = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return [
    `# HELP ${name} ${told}`,
    `# TYPE ${name} ${type}`,
    ...samples.flatMap(({ labels, value }) =>
      typeof value === "number" ? [line(name, labels, value)] : histogramLines(name, labels, value),
    ),
  ];
}

/** Buckets are told cumulatively, the last of them holding all. */
function histogramLines(name: string, labels: Labels, { upTo, counts, sum }: Histogram): string[] {
  let count = 0;
  const buckets = [...upTo, Infinity].map((limit, index) => {
    count += counts[index] ?? 0;
    return line(`${name}_bucket`, { ...labels, le: numberText(limit) }, count);
  });
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escape(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numberText(value)}`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
