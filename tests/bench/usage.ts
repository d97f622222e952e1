/** What a process uses, as Linux tells it. */
import { existsSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;

export function canTell(): boolean {
  return existsSync("/proc/self/smaps_rollup");
}

/** Processor seconds since the process began, in itself and for it in the kernel. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name may hold spaces, and is closed by the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Processor seconds that the whole machine has worked since it began. */
export function machineSeconds(): number {
  const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = first.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}

export type Memory = { rssMb: number; pssMb: number };

/** `pssMb` counts a page that several processes share in equal parts. */
export function memoryOf(pid: number): Memory {
  const rss = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  return { rssMb: Number(rss?.[1]) / 1024, pssMb: Number(pss?.[1]) / 1024 };
}

/** Looks again and again until it is asked, which ends the watch. */
export function watchMemory(pid: number): { peakMb(): number } {
  let peakMb = memoryOf(pid).rssMb;
  const look = () => (peakMb = Math.max(peakMb, memoryOf(pid).rssMb));
  const timer = setInterval(look, 100);
  return {
    peakMb() {
      clearInterval(timer);
      return look();
    },
  };
}

/** The value below which `share` of them lie. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** On one clock for all processes of the machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
