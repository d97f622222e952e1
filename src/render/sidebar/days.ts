/** The groups of a list by time, in the time zone of whoever runs this: a reader's browser, or the server. */

/** Texts that name a group; of a month, the name that its language has for it. */
export type DayName = "today" | "yesterday" | "week" | "month";

/** What is said of a time, as seen from `nowMs`; one in the future counts as today's. */
export function dayGroup(
  ms: number,
  nowMs: number,
  language: string,
  say: (name: DayName) => string,
): string {
  if (ms >= midnight(nowMs, 0)) return say("today");
  if (ms >= midnight(nowMs, 1)) return say("yesterday");
  if (ms >= midnight(nowMs, 7)) return say("week");
  if (ms >= midnight(nowMs, 30)) return say("month");
  const [then, now] = [new Date(ms), new Date(nowMs)];
  return monthsIn(language, then.getFullYear() !== now.getFullYear()).format(
    Date.UTC(then.getFullYear(), then.getMonth(), 15),
  );
}

/** The midnight before `nowMs`, or some days further back; -1 is the next one. Days of 23 and 25 hours are days. */
export function midnight(nowMs: number, daysBack: number): number {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack).getTime();
}

/** Made once: a list has many. */
const months = new Map<string, Intl.DateTimeFormat>();

function monthsIn(language: string, hasYear: boolean): Intl.DateTimeFormat {
  const key = `${language} ${hasYear}`;
  const year = hasYear ? { year: "numeric" as const } : {};
  const format =
    months.get(key) ?? new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC", ...year });
  months.set(key, format);
  return format;
}
