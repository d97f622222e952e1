/** How much of what is allowed there is room for: each socket and each call takes one of the files a process may open. */
import type { Limits } from "./limits.ts";

/** For the data, its log and lock, and what is opened now and then: code, pages that are asked for, probes. */
const ownFiles = 128;

/** With fewer files, watchers and replies share them three to one; what there is no room for is refused, and said. */
export function fitTo(limits: Limits, openFilesMax: number): Limits {
  const { socketsMax, generationsMax } = limits;
  const room = Math.max(0, openFilesMax - ownFiles);
  if (socketsMax + generationsMax <= room) return limits;
  const replies = Math.min(generationsMax, Math.max(1, Math.floor(room / 4)));
  return {
    ...limits,
    generationsMax: replies,
    socketsMax: Math.min(socketsMax, Math.max(1, room - replies)),
  };
}

/** Infinity where the system does not say. */
export function openFiles(): number {
  const report: unknown = process.report?.getReport();
  const limits = at(report, "userLimits");
  const soft = at(at(limits, "open_files"), "soft");
  return typeof soft === "number" ? soft : Infinity;
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
