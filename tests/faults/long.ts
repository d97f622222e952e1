/** The long forms: `bun tests/faults/long.ts kills|hot|cuts`, from SEED; the short ones are tests. */
import { seedOf } from "../support/random.ts";
import { endure, type Ordeal } from "./kill/run.ts";
import { tell } from "./kill/tell.ts";

type Long = Omit<Ordeal, "seed" | "tell">;

const ordeals: { [name: string]: Long } = {
  kills: { kills: 200, cuts: 2000, people: 5, secondsMax: 3600 },
  hot: { kills: 40, cuts: 200, people: 4, isHot: true, secondsMax: 3600 },
  cuts: { kills: 0, cuts: 2000, people: 6, secondsMax: 3600 },
};

const [name = ""] = process.argv.slice(2);
const ordeal = ordeals[name];
if (ordeal === undefined) {
  console.error(`Name one: ${Object.keys(ordeals).join(", ")}.`);
  process.exit(1);
}
const kills = Number(Bun.env["KILLS"] ?? ordeal.kills);
const cuts = Number(Bun.env["CUTS"] ?? ordeal.cuts);
const survived = await endure({ ...ordeal, kills, cuts, seed: seedOf(name), tell: console.log });
console.log(tell(survived));
for (const wrong of survived.wrongs) console.log(wrong);
process.exit(survived.wrongs.length === 0 ? 0 : 1);
