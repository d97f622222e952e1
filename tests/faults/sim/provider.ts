/** A model that writes what its script says, and remembers who called, what was sent, and how each call ended. */
import {
  UpstreamError,
  type ChatRequest,
  type Provider,
  type ReplyEvent,
} from "../../../src/inference/provider.ts";
import type { FailureKind } from "../../../src/domain.ts";
import type { Run } from "../../../src/chat/run.ts";
import type { Life } from "./time.ts";
import type { Script } from "./prose.ts";

export type Call = {
  run: Run;
  request: ChatRequest;
  /** What the server has taken. */
  taken: { atMs: number; type: "text" | "reasoning"; text: string }[];
  end: { kind: Ending; atMs: number } | null;
  /** The script's end at once, for one that would never come. */
  giveUp(): void;
};

/** `abort`: the server let go of it. */
type Ending = "stop" | "length" | "bare" | "down" | "error" | "abort";

export function createProvider(
  life: Life,
  parts: {
    newestRun(): Run;
    scriptFor(run: Run): Script;
    called(call: Call): void;
  },
): Provider {
  return {
    endpoint: "simulated",
    stream(request, signal) {
      const run = parts.newestRun();
      const mouth = createMouth();
      const call: Call = {
        run,
        request,
        taken: [],
        end: null,
        giveUp: () => finish(life, call, mouth, "down"),
      };
      parts.called(call);
      signal.addEventListener("abort", () => {
        if (life.isOver || call.end !== null) return;
        call.end = { kind: "abort", atMs: life.now() };
        mouth.fail(signal.reason);
      });
      mouth.say({ type: "call", count: 1 });
      speak(life, call, mouth, parts.scriptFor(run), 0);
      return mouth.stream;
    },
  };
}

function speak(life: Life, call: Call, mouth: Mouth, script: Script, index: number): void {
  const piece = script.pieces[index];
  if (piece === undefined && script.ending === "hang") return;
  life.after(piece?.afterMs ?? script.afterMs, () => {
    if (call.end !== null) return;
    if (piece === undefined) return finish(life, call, mouth, script.ending);
    call.taken.push({ atMs: life.now(), type: piece.type, text: piece.text });
    mouth.say({ type: piece.type, text: piece.text });
    speak(life, call, mouth, script, index + 1);
  });
}

function finish(life: Life, call: Call, mouth: Mouth, ending: Script["ending"]): void {
  if (life.isOver || call.end !== null || ending === "hang") return;
  call.end = { kind: ending, atMs: life.now() };
  if (ending === "down") return mouth.fail(upstreamError("provider_down"));
  if (ending === "error") return mouth.fail(upstreamError("reply_error"));
  if (ending !== "bare") mouth.say({ type: "finish", reason: ending });
  mouth.say({ type: "usage", tokensIn: 3, tokensOut: call.taken.length, costUsd: null });
  mouth.close();
}

function upstreamError(kind: FailureKind): UpstreamError {
  return new UpstreamError({ kind, status: 0, detail: "", provider: null, retryAfterMs: null });
}

type Mouth = {
  stream: AsyncIterable<ReplyEvent>;
  say(event: ReplyEvent): void;
  fail(reason: unknown): void;
  close(): void;
};

function createMouth(): Mouth {
  const said: ReplyEvent[] = [];
  let end: { reason: unknown } | "closed" | null = null;
  let wake: (() => void) | null = null;
  const stir = () => {
    wake?.();
    wake = null;
  };
  const next = async (): Promise<IteratorResult<ReplyEvent>> => {
    for (;;) {
      const event = said.shift();
      if (event !== undefined) return { done: false, value: event };
      if (end === "closed") return { done: true, value: undefined };
      if (end !== null) throw end.reason;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    stream: { [Symbol.asyncIterator]: () => ({ next }) },
    say(event) {
      said.push(event);
      stir();
    },
    fail(reason) {
      end ??= { reason };
      stir();
    },
    close() {
      end ??= "closed";
      stir();
    },
  };
}
