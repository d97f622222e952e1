/** What to say of what was survived. */
import type { Survived } from "./run.ts";

export function tell(survived: Survived): string {
  const { kills, cuts, acknowledged, calls, generations, wrongs, seconds } = survived;
  const ends = Object.entries(generations).map(([state, count]) => `${count} ${state}`);
  return [
    `${kills} SIGKILLs and ${cuts} cut sockets in ${seconds.toFixed()} s: ${acknowledged} acknowledged ops,`,
    `${calls} calls of the model, ${ends.join(", ")};`,
    `${wrongs.length} rules broken; lost at a kill: ${spread(survived.losses.map(({ ownMs }) => ownMs))},`,
    `by the clock ${spread(survived.losses.map(({ clockMs }) => clockMs))}; a stop: ${spread(survived.stopsMs)}`,
  ].join(" ");
}

function spread(unsorted: number[]): string {
  const times = unsorted.toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(times.length * share) - 1]?.toFixed() ?? "–";
  return `median ${at(0.5)} ms, 99 % ${at(0.99)} ms, most ${at(1)} ms of ${times.length}`;
}
