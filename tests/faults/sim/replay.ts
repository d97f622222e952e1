/** Runs one schedule, given as JSON, and prints all that happened in it. */
import type { Schedule } from "./actions.ts";
import { runSchedule } from "./run.ts";
import { chosenSeams } from "./seams.ts";

const schedule = JSON.parse(process.argv[2] ?? '{ "seed": 1, "actions": [] }') as Schedule;
const lengthMax = Number(Bun.env["LENGTH"] ?? 240);
const { wrongs } = await runSchedule(schedule, chosenSeams(), (line) =>
  console.log(line.slice(0, lengthMax)),
);
console.log(wrongs.length === 0 ? "no rule was broken" : wrongs.join("\n"));
process.exitCode = wrongs.length === 0 ? 0 : 1;
