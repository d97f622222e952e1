/** Run as a process of its own: streams many replies at once, none of which ends before all have begun. */
import { createClient, hear } from "./upstream-client.ts";
import { delta, done, finish, gate, startUpstream } from "./upstream.ts";

const streams = Number(process.argv[2]);
const allHere = gate();
let together = 0;

await using upstream = await startUpstream((_, reply) => {
  together++;
  if (together === streams) allHere.release();
  return reply.stream([delta("a"), allHere, delta("b"), finish("stop"), done()]);
});
const { provider } = createClient(upstream.url);
const told = await Promise.all(Array.from({ length: streams }, () => hear(provider)));
const whole = told.filter(({ text, finish: reason }) => text === "ab" && reason === "stop").length;
console.log(JSON.stringify({ together, whole }));
