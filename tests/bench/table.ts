/** The figures as a Markdown table: what Banter takes, what the control takes, and the ratio of both. */
import type { PageFigures, Weight } from "./pages.ts";
import type { SendFigures } from "./sends.ts";
import { zstdLevel, type StartFigures } from "./start.ts";
import type { StreamFigures } from "./streams.ts";
import type { Memory } from "./usage.ts";

export type Figures = {
  machine: { processors: number; model: string; bun: string; loadBefore: number; loadAfter: number };
  start?: StartFigures;
  pages?: PageFigures;
  sends?: SendFigures;
  streams?: StreamFigures[];
  tookS: number;
};

type Row = [figure: string, banter: string, control: string, ratio: string];

export function toTable(figures: Figures): string {
  const { start, pages, sends, streams = [], machine } = figures;
  const rows: Row[] = [
    ["Figure", "Banter", "Control", "Ratio"],
    ["---", "--:", "--:", "--:"],
    ...(start ? startRows(start) : []),
    ...(pages ? pageRows(pages) : []),
    ...(sends ? sendRows(sends) : []),
    ...streamRows(streams),
  ];
  const { processors, model, bun, loadBefore, loadAfter } = machine;
  const about =
    `${processors} processors (${model}), Bun ${bun}; load average ${loadBefore.toFixed(1)} before and ` +
    `${loadAfter.toFixed(1)} after; took ${figures.tookS.toFixed(0)} s.`;
  return `${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n\n${about}`;
}

function startRows({ coldStartMs, executable, memory }: StartFigures): Row[] {
  const { control, source, executable: built } = coldStartMs;
  const { source: fromSource, executable: fromBuilt } = memory;
  return [
    compared("Cold start from source, to the first page", source, control, (value) => ms(value)),
    compared("Cold start of the executable", built, control, (value) => ms(value)),
    alone("Executable on disk", megabytes(executable.bytes)),
    alone(`Executable, zstd -${zstdLevel}`, megabytes(executable.zstdBytes)),
    memoryRow("Memory from source, started", fromSource.started, memory.control),
    memoryRow("Memory from source, after the first page", fromSource.firstPage, memory.control),
    memoryRow("Memory of the executable, started", fromBuilt.started, memory.control),
    memoryRow("Memory of the executable, after the first page", fromBuilt.firstPage, memory.control),
  ];
}

function pageRows({ home, chat, assets, requests }: PageFigures): Row[] {
  const wire = assets.reduce((sum, asset) => sum + asset.wireBytes, 0);
  return [
    alone("Page of a new chat", weight(home)),
    alone("Page of a chat with 50 messages", weight(chat)),
    ...assets.map((asset) => alone(asset.name, weight(asset))),
    alone("First visit: requests, and bytes as sent", `${requests}, ${kilobytes(home.wireBytes + wire)}`),
  ];
}

function sendRows({ ack, firstPatch, control }: SendFigures): Row[] {
  return [
    alone("Send to acknowledgement, p50", ms(ack.p50Ms)),
    alone("Send to acknowledgement, p99", ms(ack.p99Ms)),
    compared("Send to first patch, p50", firstPatch.p50Ms, control.p50Ms, ms),
    compared("Send to first patch, p99", firstPatch.p99Ms, control.p99Ms, ms),
  ];
}

function streamRows(streams: StreamFigures[]): Row[] {
  return streams
    .filter(({ kind }) => kind === "banter")
    .flatMap((banter) => {
      const control = streams.find(({ kind, chats }) => kind === "control" && chats === banter.chats);
      if (control === undefined) return [];
      const at = `at ${banter.chats} chats`;
      const row = (figure: string, of: (each: StreamFigures) => number, show: (value: number) => string) =>
        compared(`${figure} ${at}`, of(banter), of(control), show);
      const told = (figure: string, of: (each: StreamFigures) => string): Row => {
        return [`${figure} ${at}`, of(banter), of(control), ""];
      };
      return [
        row("CPU per million tokens", (each) => each.cpuSecondsPerMillion, seconds),
        row("Token to reader, p50", (each) => each.delay.p50Ms, ms),
        row("Token to reader, p99", (each) => each.delay.p99Ms, ms),
        row(
          "Frames a second and chat",
          (each) => each.framesPerChatSecond,
          (value) => value.toFixed(1),
        ),
        row(
          "Bytes to the reader, a token",
          (each) => each.bytesPerToken,
          (value) => value.toFixed(0),
        ),
        memoryRow(`Memory ${at}`, banter.memory, control.memory),
        told("Replies whole", ({ whole, chats }) => `${whole} of ${chats}`),
        told("Tokens a second, sent of offered", ({ tokensPerSecond: { sent, offered } }) => {
          return `${sent.toFixed(0)} of ${offered}`;
        }),
        told("Processors busy: server, load, others", ({ busy }) => {
          return [busy.server, busy.load, busy.others].map((value) => value.toFixed(2)).join(", ");
        }),
      ];
    });
}

function alone(figure: string, banter: string): Row {
  return [figure, banter, "", ""];
}

function compared(figure: string, banter: number, control: number, show: (value: number) => string): Row {
  return [figure, show(banter), show(control), `${(banter / control).toFixed(2)}×`];
}

/** Resident, and of that in brackets the share that is its own where pages are shared. */
function memoryRow(figure: string, banter: Memory, control: Memory): Row {
  const show = ({ rssMb, pssMb }: Memory) => `${rssMb.toFixed(0)} MB (${pssMb.toFixed(0)})`;
  return [figure, show(banter), show(control), `${(banter.rssMb / control.rssMb).toFixed(2)}×`];
}

function weight({ bytes, wireBytes, encoding }: Weight): string {
  return `${kilobytes(bytes)}, ${encoding === null ? "sent as it is" : `${kilobytes(wireBytes)} as ${encoding}`}`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1e3).toFixed(1)} KB`;
}
