/** The simulator against bugs that are known to be there: it must be able to fail. */
import { expect, test } from "bun:test";
import { seedOf } from "../support/random.ts";
import { plants } from "./sim/plants.ts";
import { search } from "./sim/search.ts";

const seed = seedOf("planted bugs");

for (const [name, seams] of Object.entries(plants)) {
  test(`the simulator finds ${name}`, async () => {
    const { tried, broken } = await search({ seed, count: 1000, seams, shrinks: false });
    console.log(`${name}: found by schedule ${tried}: ${broken?.wrongs[0]?.slice(0, 160)}`);
    expect(broken).not.toBeNull();
    // Time for all thousand, also where other tests run beside it.
  }, 300_000);
}
