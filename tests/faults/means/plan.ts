/** What a call of the model will do, well or wrong, and plans of many calls from a seed. */
import { randomOf, type Random } from "../../support/random.ts";
import { piecesOf } from "./words.ts";

export type Fault =
  | { kind: "none" }
  /** After so many bytes of the body: the connection is closed, reset, or kept without a word. */
  | { kind: "cut" | "reset" | "silent"; atByte: number }
  /** The body ends well, but no finish_reason came. */
  | { kind: "unfinished" }
  /** After [DONE] the connection stays open. */
  | { kind: "lingering" }
  | { kind: "status"; status: number }
  | { kind: "html" }
  | { kind: "redirect"; to: string }
  /** So many bytes without the end of a line. */
  | { kind: "endless"; bytes: number };

export type Plan = {
  fault: Fault;
  /** Of the reply, one an event. */
  pieces: string[];
  firstTokenMs: number;
  /** From one write to the next. */
  everyMs: number;
  /** The size of the next write, wherever its end falls; null is a write an event. */
  writeBytes: (() => number) | null;
};

/** A call by its number, which is also in its words. */
export type PlanOf = (call: number) => Plan;

export type Chances = { piecesMax?: number; everyMsMax?: number; faultsIn100?: number };

/** Each call's plan depends on the seed and its number alone. */
export function plansOf(seed: number, chances: Chances = {}): PlanOf {
  const { piecesMax = 120, everyMsMax = 20, faultsIn100 = 12 } = chances;
  return (call) => {
    const random = randomOf(seed + call * 7919);
    const pieces = piecesOf(call, 1 + random.below(piecesMax), random);
    const hasOddWrites = random.below(3) === 0;
    return {
      pieces,
      fault: random.below(100) < faultsIn100 ? faultOf(random, pieces.length) : { kind: "none" },
      firstTokenMs: random.below(10) === 0 ? random.below(400) : random.below(20),
      // Odd writes are small: at the same pace they would take a minute.
      everyMs: random.below(hasOddWrites ? 3 : everyMsMax + 1),
      writeBytes: hasOddWrites ? () => 1 + random.below(random.below(4) === 0 ? 900 : 60) : null,
    };
  };
}

/** A good reply, its events cut anywhere, at once. */
export function goodPlan(pieces: string[], writeBytes: Plan["writeBytes"] = null): Plan {
  return { pieces, writeBytes, fault: { kind: "none" }, firstTokenMs: 0, everyMs: 0 };
}

/** About what an event takes, so that most cuts fall into the reply. */
const eventBytes = 180;

function faultOf(random: Random, events: number): Fault {
  const atByte = random.below(events * eventBytes);
  const faults: Fault[] = [
    { kind: "cut", atByte },
    { kind: "reset", atByte },
    { kind: "unfinished" },
    { kind: "lingering" },
    { kind: "status", status: [400, 429, 500, 503][random.below(4)] ?? 500 },
    { kind: "html" },
  ];
  return faults[random.below(faults.length)] ?? { kind: "none" };
}
