/** What a line of the log looks like, what may not stand in it, and that nothing makes it throw. */
import { describe, expect, test } from "bun:test";
import { createLog, type Log, type LogOptions } from "../../src/log.ts";

const KEY = 'sk-canary/"quoted"+key';

function record(options: Partial<LogOptions> = {}): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const now = () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  const write = (line: string) => void lines.push(line);
  return {
    log: createLog({ level: "debug", format: "json", secrets: [KEY], write, now, ...options }),
    lines,
  };
}

/** The fields of one JSON line at level error, stacks and all. */
function told(fields: Record<string, unknown>): Record<string, unknown> {
  const { log, lines } = record();
  log.error("test.told", fields);
  expect(lines).toHaveLength(1);
  const { time, level, event, ...others } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  expect([time, level, event]).toEqual(["2026-01-02T03:04:05.006Z", "error", "test.told"]);
  return others;
}

describe("a line", () => {
  test("is one JSON object", () => {
    const { log, lines } = record();
    log.info("server.started", { url: "http://127.0.0.1:8000", durationMs: 12, isReady: true, proxy: null });
    expect(lines).toEqual([
      '{"time":"2026-01-02T03:04:05.006Z","level":"info","event":"server.started",' +
        '"url":"http://127.0.0.1:8000","durationMs":12,"isReady":true,"proxy":null}\n',
    ]);
  });

  test("is text where that is asked for, and coloured on a terminal alone", () => {
    const file = record({ format: "text" });
    file.log.warn("upstream.call", { model: "a/b:c", detail: "two words", at: { count: 1 }, list: ["x"] });
    expect(file.lines).toEqual([
      '2026-01-02T03:04:05.006Z warn  upstream.call          model=a/b:c detail="two words" at={"count":1} list=["x"]\n',
    ]);
    const terminal = record({ format: "auto", isTerminal: true, hasColour: true });
    terminal.log.info("a.b", { n: 1 });
    expect(terminal.lines[0]).toContain("\x1b[36minfo \x1b[0m a.b");
    const plain = record({ format: "text", isTerminal: false, hasColour: true });
    plain.log.info("a.b", { n: 1 });
    expect(plain.lines[0]).not.toContain("\x1b");
    expect(record({ format: "auto" }).log).toBeDefined();
  });

  test("below the level is not written", () => {
    const { log, lines } = record({ level: "warn" });
    for (const level of ["debug", "info", "warn", "error"] as const) log[level](`at.${level}`);
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(["at.warn", "at.error"]);
  });

  test("of a child has the parents' fields, and its own over them", () => {
    const { log, lines } = record();
    const child = log.child({ generation: "g1", token: "canary" }).child({ attempt: 1 });
    child.info("a.b", { attempt: 2 });
    log.info("c.d");
    expect(lines[0]).toContain('"event":"a.b","generation":"g1","token":"[redacted]","attempt":2}');
    expect(lines[1]).toContain('"event":"c.d"}');
  });

  test("keeps its time, level and event from fields of these names", () => {
    expect(told({ time: "t", level: "l", event: "e" })).toEqual({ time_: "t", level_: "l", event_: "e" });
  });
});

describe("secrets", () => {
  test("are redacted by key, in any case and depth, while counts are told", () => {
    const names =
      "token accessToken HF_TOKEN key api_key apiKey password passwd cookie Set-Cookie authorization";
    const others =
      "Authorization secret clientSecret credentials prompt systemPrompt text body rawBody content title";
    for (const name of `${names} ${others} session reasoning html parts draft query contentText TEXT`.split(
      " ",
    )) {
      const line = JSON.stringify(
        told({ [name]: "canary", deep: [{ [name]: ["canary"] }, { [name]: { a: "canary" } }] }),
      );
      expect([name, line]).not.toEqual([name, expect.stringContaining("canary")]);
    }
    const counts = {
      tokens: 12,
      tokensOut: 0,
      textBytes: 5,
      contentType: "text/html",
      keyed: true,
      bodyText: null,
    };
    expect(told(counts)).toEqual(counts);
    expect(
      told({
        headers: [
          ["Cookie", "canary"],
          ["accept", "a"],
        ],
      }),
    ).toEqual({
      headers: [
        ["Cookie", "[redacted]"],
        ["accept", "a"],
      ],
    });
  });

  test("are redacted in any string, key, event and error", () => {
    const shapes = [
      KEY,
      encodeURIComponent(KEY),
      JSON.stringify(KEY),
      "hf_canary0123",
      "Bearer canary0123",
      "bearer  canary",
    ];
    for (const shape of [...shapes, "http://me:canary@host/", "hf_oauth_canary.x"]) {
      const { log, lines } = record();
      const error = Object.assign(new Error(`bad ${shape}`, { cause: new Error(shape) }), { code: shape });
      log.error(`event ${shape}`, {
        detail: `a ${shape} b`,
        list: [shape],
        [shape]: 1,
        error,
        url: new URL(`http://h/?q=${shape}`),
      });
      expect(lines.join()).not.toContain("canary");
      expect(lines.join()).toContain("[redacted]");
    }
  });

  test("are not halved where a long string is cut", () => {
    for (let before = 1900; before < 2300; before++) {
      const detail = told({ detail: "x".repeat(before) + KEY + "y".repeat(500) })["detail"];
      expect(detail).not.toContain("sk-c");
    }
    const many = told({ detail: KEY.repeat(200) + "z" })["detail"];
    expect(many).not.toContain("sk-");
  });

  test("that are words of a log are left in it", () => {
    const { log, lines } = record({ secrets: ["ollama", ""] });
    log.info("a.b", { server: "ollama" });
    expect(lines[0]).toContain('"server":"ollama"');
  });
});

describe("errors", () => {
  test("tell name, message, code and causes, and their stack at level error alone", () => {
    const error = Object.assign(new TypeError("went wrong", { cause: new RangeError("why") }), {
      code: "E1",
      status: 500,
    });
    const { error: shown } = told({ error }) as { error: Record<string, unknown> };
    expect(shown).toMatchObject({ name: "TypeError", message: "went wrong", code: "E1", status: 500 });
    expect(shown["cause"]).toMatchObject({ name: "RangeError", message: "why" });
    expect(shown["stack"]).toMatch(/^at .*log\.test\.ts:\d+/);
    const { log, lines } = record();
    log.warn("a.b", { error });
    expect(lines[0]).not.toContain("stack");
  });

  test("of a library do not bring their request along", () => {
    const request = { url: "u", headers: { Authorization: "canary" }, body: { messages: ["canary"] } };
    const error = Object.assign(new Error("failed"), {
      httpRequest: request,
      options: { x: "canary" },
      input: "canary",
    });
    expect(
      JSON.stringify(told({ error, again: new Error("x", { cause: { request: "canary" } }) })),
    ).not.toContain("canary");
  });

  test("with themselves as their cause, and endless chains, come to an end", () => {
    const error = new Error("mine");
    error.cause = error;
    expect(told({ error })["error"]).toMatchObject({ cause: "[circular]" });
    let chain = new Error("0");
    for (let depth = 1; depth < 1000; depth++) chain = new Error(String(depth), { cause: chain });
    expect(JSON.stringify(told({ chain })).length).toBeLessThan(10_000);
  });
});

describe("a line can't be forged", () => {
  const nasty =
    'x\n{"level":"error"}\r\u2028\u2029\u0085\x1b[2J\x1b]0;t\x07\u009b31m\u202e\u200f\u0000\x7f\u{e0041} \ud800';

  test.each([
    { format: "json", isTerminal: false },
    { format: "text", isTerminal: false },
    { format: "text", isTerminal: true },
  ] as const)("by what it is told: %p", (options) => {
    const { log, lines } = record({ ...options, hasColour: false });
    const error = new Error(`${nasty}\n    at forged (x:1:1)`);
    const odd = Object.assign(new Error("odd"), { stack: "Error: odd\n    at \x1b[2J\u202e (x:1:1)" });
    log
      .child({ child: nasty })
      .error(nasty, { detail: nasty, [nasty]: [nasty], deep: { [nasty]: nasty }, error, odd });
    const body = (lines[0] ?? "").slice(0, -1);
    expect(body).not.toMatch(options.isTerminal ? /[^\P{C}\n\ud800]/u : /[^\P{C}\ud800]|[\u2028\u2029]/u);
    const [, ...frames] = body.split("\n");
    for (const frame of frames) expect(frame).toMatch(/^ {4}at (?!forged)/);
    expect(frames.length > 0).toBe(options.isTerminal);
  });

  test("by keys that mean something to JavaScript", () => {
    const fields = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":"c","toString":"t","toJSON":"j"}',
    ) as object;
    const { log, lines } = record();
    log.info("a.b", { ...fields, deep: fields });
    expect(lines[0]).toContain('"__proto__":{"polluted":1},"constructor":"c"');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("whatever it is given", () => {
  test("it tells something and does not throw", () => {
    const circular: Record<string, unknown> = { a: 1 };
    circular["self"] = { list: [circular] };
    const thrower = {
      get bad(): string {
        throw new Error("no");
      },
      good: 1,
    };
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(told({ circular, thrower, trap, revoked: revoked.proxy })).toEqual({
      circular: { a: 1, self: { list: ["[circular]"] } },
      thrower: { bad: "[unreadable]", good: 1 },
      trap: "[unreadable]",
      revoked: "[unreadable]",
    });
    const odd = {
      big: 10n,
      nan: NaN,
      symbol: Symbol("s"),
      call: () => 1,
      none: undefined,
      bare: Object.create(null),
    };
    expect(
      told({ ...odd, when: new Date(0), never: new Date(NaN), map: new Map(), bytes: new Uint8Array(9) }),
    ).toEqual({
      big: "10",
      nan: "NaN",
      symbol: "[symbol]",
      call: "[function]",
      bare: {},
      when: "1970-01-01T00:00:00.000Z",
      never: "[unreadable]",
      map: "[Map]",
      bytes: "[Uint8Array]",
    });
    expect(told(thrower)).toEqual({ bad: "[unreadable]", good: 1 });
    expect(told({ request: new Request("http://h/canary", { headers: { cookie: "canary" } }) })).toEqual({
      request: "[Request]",
    });
  });

  test("its lines stay short, and so does the time they take", () => {
    const wide = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`k${index}`, "v".repeat(100)]),
    );
    let deep: unknown = 1;
    for (let depth = 0; depth < 10_000; depth++) deep = depth % 2 ? [deep] : { deep };
    const grid = Array.from({ length: 100 }, () =>
      Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => 1)),
    );
    const startedMs = performance.now();
    for (const fields of [
      { huge: "x".repeat(20_000_000) },
      wide,
      { deep },
      { grid },
      { list: Array(1e9) },
      { wide: Array(99).fill(wide) },
    ]) {
      expect(JSON.stringify(told(fields)).length).toBeLessThan(25_000);
    }
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
