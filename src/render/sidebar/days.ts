/** The groups of a list by time, in the time zone of whoever runs this: a reader's browser, or the server. */

/** What is said of a time, as seen from `nowMs`; one in the future counts as today's. */
export function dayGroup(ms: number, nowMs: number): string {
  if (ms >= midnight(nowMs, 0)) return "Today";
  if (ms >= midnight(nowMs, 1)) return "Yesterday";
  if (ms >= midnight(nowMs, 7)) return "Previous 7 days";
  if (ms >= midnight(nowMs, 30)) return "Previous 30 days";
  const [then, now] = [new Date(ms), new Date(nowMs)];
  const month = months[then.getMonth()] ?? "";
  return then.getFullYear() === now.getFullYear() ? month : `${month} ${then.getFullYear()}`;
}

/** The midnight before `nowMs`, or some days further back; -1 is the next one. Days of 23 and 25 hours are days. */
export function midnight(nowMs: number, daysBack: number): number {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack).getTime();
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
