/** A busy server killed at random moments, with its lines cut: nothing acknowledged is lost. long.ts has the long form. */
import { expect, test } from "bun:test";
import { seedOf } from "../support/random.ts";
import { endure } from "./kill/run.ts";
import { tell } from "./kill/tell.ts";

const seed = seedOf("kills");

test("SIGKILL, SIGTERM and sleep at any moment, with lines cut in between, lose nothing [K1 K2 N1 N5 N6 O10]", async () => {
  const survived = await endure({ seed, kills: 6, cuts: 50, people: 4, secondsMax: 60 });
  console.log(tell(survived));
  expect(survived.wrongs).toEqual([]);
  // Else there was nothing to lose.
  expect(survived.losses.length).toBeGreaterThan(0);
  expect(survived.cuts).toBeGreaterThan(10);
}, 240_000);

test("a kill around a hot reload, with lines cut, loses nothing [K1 K9]", async () => {
  const survived = await endure({ seed, kills: 3, cuts: 15, people: 3, secondsMax: 40, isHot: true });
  console.log(tell(survived));
  expect(survived.wrongs).toEqual([]);
  expect(survived.cuts).toBeGreaterThan(2);
  expect(survived.kills).toBeGreaterThan(0);
}, 240_000);
