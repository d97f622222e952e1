/** What providers and networks say when they fail becomes a kind, a sentence and a wait. */
import { describe, expect, test } from "bun:test";
import { plainText } from "../../src/inference/detail.ts";
import { completed, failureOfAnswer, networkError, parseRetryAfter } from "../../src/inference/failures.ts";
import { UpstreamError } from "../../src/inference/provider.ts";
import { errorFixtures, errorTapes, hasTapes } from "../support/upstream-tapes.ts";

function failureOf(
  status: number,
  body: string,
  contentType = "application/json",
  retryAfter: string | null = null,
) {
  const headers = new Headers({ "content-type": contentType });
  if (retryAfter !== null) headers.set("retry-after", retryAfter);
  return failureOfAnswer({ status, headers, body });
}

describe("each row of the error table (U2)", () => {
  test.each(errorFixtures().map((row) => [row.status, row.kind, row.body, row] as const))(
    "%d is %s: %s",
    (_status, _kind, _body, row) => {
      const failure = failureOf(row.status, row.body, row.contentType, row.retryAfter);
      expect(failure).toEqual({
        kind: failure.kind,
        status: row.status,
        detail: row.detail,
        provider: null,
        retryAfterMs: row.retryAfterMs ?? null,
      });
      expect(failure.kind).toBe(row.kind as typeof failure.kind);
    },
  );
});

test.skipIf(!hasTapes)("each recorded error has a kind and a sentence (skipped without recordings)", () => {
  const kinds = new Map<string, string[]>();
  for (const { status, content_type, body } of errorTapes()) {
    const { kind, detail } = failureOf(status, body, content_type);
    expect(detail).not.toBe("");
    expect(detail).not.toMatch(/^[{[]/);
    kinds.set(kind, [...(kinds.get(kind) ?? []), `${status} ${detail.slice(0, 40)}`]);
  }
  expect([...kinds.keys()].toSorted()).toEqual(["model_unsupported", "request_rejected", "token_invalid"]);
  expect(kinds.get("token_invalid")).toHaveLength(1);
  expect(kinds.get("model_unsupported")).toHaveLength(6);
});

test("Retry-After is seconds or a date, and bounded", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("2", nowMs)).toBe(2_000);
  expect(parseRetryAfter("0.5", nowMs)).toBe(500);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:07 GMT", nowMs)).toBe(7_000);
  expect(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", nowMs)).toBe(0);
  expect(parseRetryAfter("-4", nowMs)).toBe(0);
  expect(parseRetryAfter("9e99", nowMs)).toBe(86_400_000);
  for (const none of [null, "", " ", "soon", "NaN"]) expect(parseRetryAfter(none, nowMs)).toBeNull();
});

test("a sentence is plain: no tags, controls or marks that turn text", () => {
  expect(plainText("a <b>bold</b>\n\tword\u0000\u001b[31m\u202e!")).toBe("a bold word [31m !");
  expect(plainText("<scr<b>ipt>alert(1)</scr</b>ipt>")).not.toContain("<");
  expect(plainText("1 < 2 and 3 > 2")).toBe("1 < 2 and 3 > 2");
  expect(plainText("half \ud83d")).toBe("half \ufffd");
});

test("cleaning a sentence costs time in proportion", () => {
  for (const hostile of ["<", "<a", "<a ", "<a<b>", " ", "\u202e"]) {
    const startMs = performance.now();
    plainText(hostile.repeat(20_000));
    expect(performance.now() - startMs).toBeLessThan(200);
  }
});

test("an error leaves bounded, named, and without the token (I4)", () => {
  const token = "hf_0123456789abcdef";
  // The token lies across the place where the sentence is cut.
  const body = JSON.stringify({ error: `${"x".repeat(490)} ${token} ${"y".repeat(100)}` });
  const error = new UpstreamError(failureOf(500, body), { cause: "why" });
  const { failure, cause } = completed(error, { provider: "acme", token, charsMax: 500 });
  expect(failure.provider).toBe("acme");
  expect(failure.detail).toHaveLength(500);
  expect(failure.detail).not.toContain("hf_");
  expect(cause).toBe("why");
});

test("a network fault has a sentence of ours, without its address (U6)", () => {
  const fault = Object.assign(new TypeError("fetch http://user:secret@host failed"), {
    code: "ECONNREFUSED",
  });
  expect(networkError(fault)?.failure).toEqual({
    kind: "provider_down",
    status: 0,
    detail: "The connection was refused.",
    provider: null,
    retryAfterMs: null,
  });
  const other = networkError(Object.assign(new Error("x"), { code: "ESTRANGE" }));
  expect(other?.failure.detail).toBe("The connection failed (ESTRANGE).");
  expect(networkError(new RangeError("a fault of ours"))).toBeNull();
});
