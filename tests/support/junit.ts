/** Counts tests from the JUnit report of `bun test`. */

export type Counts = { passed: number; failed: number; skipped: number };

/**
 * A file that fails to load is absent from the report and shows in the exit code only; so a failed run is asked
 * for each of its files. No report at all (a crash) is one failure.
 */
export function count(report: string | null, exitCode: number, files: string[]): Counts {
  const [head] = report?.match(/<testsuites\b[^>]*>/) ?? [];
  if (!report || !head) return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  const read = (name: string) => Number(head.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const [failures, skipped] = [read("failures") + read("errors"), read("skipped")];
  const passed = read("tests") - failures - skipped;
  if (exitCode === 0) return { passed, failed: failures, skipped };
  const unloaded = files.filter((file) => !report.includes(` file="${file}"`)).length;
  return { passed, failed: Math.max(failures + unloaded, 1), skipped };
}

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
