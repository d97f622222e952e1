/** The groups of a list by time: by the calendar of a zone, also where days are shorter or longer. */
import { afterAll, expect, test } from "bun:test";
import { dayGroup, midnight } from "../../src/render/sidebar/days.ts";
import { en } from "../../src/words/en.ts";

const zoneBefore = process.env["TZ"];
afterAll(() => {
  process.env["TZ"] = zoneBefore ?? "UTC";
});

const groupOf = (ms: number, nowMs: number) => dayGroup(ms, nowMs, "en", (name) => en.days[name]);

/** As a clock on the wall there shows it. */
const at = (wall: string) => new Date(wall).getTime();

test("a time belongs to the day, the weeks or the month that it is in", () => {
  process.env["TZ"] = "Europe/Berlin";
  const nowMs = at("2026-06-17T00:00:01");
  const groups: [string, string][] = [
    ["2027-01-01T00:00:00", "Today"],
    ["2026-06-17T00:00:00", "Today"],
    ["2026-06-16T23:59:59", "Yesterday"],
    ["2026-06-16T00:00:00", "Yesterday"],
    ["2026-06-15T23:59:59", "Previous 7 days"],
    ["2026-06-10T00:00:00", "Previous 7 days"],
    ["2026-06-09T23:59:59", "Previous 30 days"],
    ["2026-05-18T00:00:00", "Previous 30 days"],
    ["2026-05-17T23:59:59", "May"],
    ["2026-01-01T00:00:00", "January"],
    ["2025-12-31T23:59:59", "December 2025"],
  ];
  for (const [wall, group] of groups) expect([wall, groupOf(at(wall), nowMs)]).toEqual([wall, group]);
});

test("a day of 23 hours and one of 25 are one day each", () => {
  process.env["TZ"] = "Europe/Berlin";
  expect(midnight(at("2026-03-29T12:00:00"), -1) - midnight(at("2026-03-29T12:00:00"), 0)).toBe(
    23 * 3_600_000,
  );
  expect(midnight(at("2026-10-25T12:00:00"), -1) - midnight(at("2026-10-25T12:00:00"), 0)).toBe(
    25 * 3_600_000,
  );
  expect(groupOf(at("2026-10-25T00:30:00"), at("2026-10-25T23:59:00"))).toBe("Today");
  expect(groupOf(at("2026-10-24T23:59:00"), at("2026-10-25T23:59:00"))).toBe("Yesterday");
});
