/** What Banter is held to. Ratios decide the exit code; absolute bars are for a machine that does nothing else. */
import type { Bar } from "./figures.ts";

export const bars: Bar[] = [
  { figure: "Cold start, to the first 200", bound: "atMost", times: 40 },
  {
    figure: "Cold start, to the first 200",
    bound: "atMost",
    times: 1 / 6,
    of: "fastapi",
  },
  { figure: "Memory, started", bound: "atMost", times: 60 },
  { figure: "Home page", bound: "atLeast", times: 3.5, of: "fastapi" },
  {
    figure: "Chat of 50 messages, from the store",
    bound: "atLeast",
    times: 2,
    of: "fastapi",
    ofFigure: "Home page",
  },
  { figure: "Sockets accepted", bound: "atLeast", times: 4, of: "fastapi" },
  { figure: "Memory of an idle socket", bound: "atMost", times: 6 },
  { figure: "512 chats × 50: CPU per million tokens", bound: "atMost", times: 0.6, of: "fastapi" },
  { figure: "512 chats × 50: CPU per million tokens", bound: "atMost", times: 1, of: "library" },
  { figure: "512 chats × 50: added latency, p99", bound: "atMost", times: 60 },
  { figure: "512 chats × 50: first token, p50", bound: "atMost", times: 1, of: "raw", plus: 1 },
  { figure: "512 chats × 50: first token, p99", bound: "atMost", times: 1 / 5, of: "fastapi" },
  { figure: "512 chats × 50: memory of a live stream", bound: "atMost", times: 150 },
  { figure: "2000 chats × 10: added latency, p99", bound: "atMost", times: 80 },
  { figure: "2000 chats × 10: pages meanwhile, p99", bound: "atMost", times: 30 },
  { figure: "Most tokens a second", bound: "atLeast", times: 2, of: "fastapi" },
  { figure: "Most tokens a second", bound: "atLeast", times: 1.1, of: "raw" },
  { figure: "500 watchers: CPU per delivered frame", bound: "atMost", times: 1.2, of: "raw" },
  ...["Prose", "One list", "One table", "One paragraph", "One code"].map(flat),
  ...["Home page", "A chat", "A list", "A search"].map(regardless),
];

/** A token of a long reply costs what one of a usual reply does. */
function flat(shape: string): Bar {
  const of = (length: string) => `${shape}, ${length}: CPU per million tokens`;
  return { figure: of("long"), bound: "atMost", times: 1.2, of: "banter", ofFigure: of("usual") };
}

/** A page is as quick with ten thousand conversations as with a hundred, which fill its sidebar, too. */
function regardless(page: string): Bar {
  const of = (count: string) => `${page}, ${count} conversations: a second of processor time`;
  return { figure: of("many"), bound: "atLeast", times: 0.7, of: "banter", ofFigure: of("few") };
}
