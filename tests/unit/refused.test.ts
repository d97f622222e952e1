/** What was refused stays so, for as long as it is remembered. */
import { expect, test } from "bun:test";
import { onceRefused, type Refused } from "../../src/chat/admission/refused.ts";
import { AppError } from "../../src/errors.ts";

const limits = { refusedMax: 3 };

function attempt(refused: Refused, name: string, answer: AppError | Error | "done"): Promise<string> {
  return onceRefused(refused, name, limits, async () => {
    if (answer !== "done") throw answer;
    return answer;
  });
}

test("a late copy of what was refused is refused in the same words, and anything else is done", async () => {
  const refused: Refused = new Map();
  const busy = new AppError("busy", "No room.");
  expect(attempt(refused, "anna 1", busy)).rejects.toBe(busy);
  expect(attempt(refused, "anna 1", "done")).rejects.toBe(busy);
  expect(await attempt(refused, "anna 2", "done")).toBe("done");
  expect(await attempt(refused, "bert 1", "done")).toBe("done");
});

test("what a process that goes did not look at, and what failed by our fault, can be done yet", async () => {
  const refused: Refused = new Map();
  for (const error of [new AppError("restarting", "In a moment."), new Error("a fault")]) {
    expect(attempt(refused, "anna 1", error)).rejects.toBe(error);
    expect(await attempt(refused, "anna 1", "done")).toBe("done");
  }
});

test("so many are remembered, and the oldest is forgotten first", async () => {
  const refused: Refused = new Map();
  for (let id = 1; id <= 4; id += 1) {
    await attempt(refused, `anna ${id}`, new AppError("busy", "No room.")).catch(() => {});
  }
  expect(refused.size).toBe(3);
  expect(await attempt(refused, "anna 1", "done")).toBe("done");
  expect(attempt(refused, "anna 2", "done")).rejects.toThrow("No room.");
});
