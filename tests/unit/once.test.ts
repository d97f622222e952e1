/** Copies of one op: done once, and refused once for all. */
import { expect, test } from "bun:test";
import { once, type Kept } from "../../src/chat/admission/once.ts";
import { AppError } from "../../src/errors.ts";

const limits = { keptMax: 3 };

function attempt(kept: Kept<string>, name: string, answer: AppError | Error | "done"): Promise<string> {
  return once(kept, name, limits, async () => {
    if (answer !== "done") throw answer;
    return answer;
  });
}

test("a late copy of what was refused is refused in the same words, and anything else is done", async () => {
  const kept: Kept<string> = new Map();
  const busy = new AppError("busy", "No room.");
  expect(attempt(kept, "anna 1", busy)).rejects.toBe(busy);
  expect(attempt(kept, "anna 1", "done")).rejects.toBe(busy);
  expect(await attempt(kept, "anna 2", "done")).toBe("done");
  expect(await attempt(kept, "bert 1", "done")).toBe("done");
});

test("a copy that comes while the first is under way gets the same answer, and is not done", async () => {
  const kept: Kept<string> = new Map();
  const stored = Promise.withResolvers<string>();
  let times = 0;
  const work = () => {
    times += 1;
    return stored.promise;
  };
  const copies = [once(kept, "anna 1", limits, work), once(kept, "anna 1", limits, work)];
  stored.resolve("first");
  expect(await Promise.all(copies)).toEqual(["first", "first"]);
  expect([times, kept.size]).toEqual([1, 0]);
  expect(await attempt(kept, "anna 1", "done")).toBe("done");
});

test("what a process that goes did not look at, and what failed by our fault, can be done yet", async () => {
  const kept: Kept<string> = new Map();
  for (const error of [new AppError("restarting", "In a moment."), new Error("a fault")]) {
    await attempt(kept, "anna 1", error).catch((caught: unknown) => expect(caught).toBe(error));
    expect(await attempt(kept, "anna 1", "done")).toBe("done");
  }
});

test("so many are remembered, and the oldest is forgotten first", async () => {
  const kept: Kept<string> = new Map();
  for (let id = 1; id <= 4; id += 1) {
    await attempt(kept, `anna ${id}`, new AppError("busy", "No room.")).catch(() => {});
  }
  expect(kept.size).toBe(3);
  expect(await attempt(kept, "anna 1", "done")).toBe("done");
  expect(attempt(kept, "anna 3", "done")).rejects.toThrow("No room.");
});
