/** What a call's line in the log will say; never what was asked or answered. */
import { completed } from "./failures.ts";
import { type ReplyEvent, UpstreamError } from "./provider.ts";

export function createRecord() {
  const startMs = performance.now();
  let head: Head = { status: 0, provider: null };
  let usage: Usage = { tokensIn: null, tokensOut: null, costUsd: null };
  let firstTokenMs: number | null = null;
  let hasFinished = false;
  let outcome: string | null = null;

  return {
    answered(answer: Head) {
      head = answer;
    },
    heard(event: ReplyEvent) {
      if (event.type === "text" || event.type === "reasoning") firstTokenMs ??= sinceMs(startMs);
      else if (event.type === "finish") hasFinished = true;
      else if (event.type === "usage") {
        usage = { tokensIn: event.tokensIn, tokensOut: event.tokensOut, costUsd: event.costUsd };
      }
    },
    ended() {
      outcome = hasFinished ? "complete" : "interrupted";
    },
    /** The error as it may leave. */
    failed(error: unknown, token: string | null, charsMax: number): unknown {
      if (!(error instanceof UpstreamError)) {
        outcome = "internal";
        return error;
      }
      outcome = error.failure.kind;
      return completed(error, { provider: head.provider, token, charsMax });
    },
    fields(isAborted: boolean): Record<string, unknown> {
      const durationMs = sinceMs(startMs);
      return {
        ...head,
        firstTokenMs,
        durationMs,
        ...usage,
        outcome: isAborted ? "stopped" : (outcome ?? "stopped"),
      };
    },
  };
}

function sinceMs(startMs: number): number {
  return Math.round(performance.now() - startMs);
}

type Head = { status: number; provider: string | null };
type Usage = { tokensIn: number | null; tokensOut: number | null; costUsd: number | null };
