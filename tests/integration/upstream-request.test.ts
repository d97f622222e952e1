/** What a provider is sent: the request's bytes as a real server sees them. */
import { describe, expect, test } from "bun:test";
import { createClient, hear, question } from "../support/upstream-client.ts";
import { delta, done, finish, goodReply, startUpstream } from "../support/upstream.ts";

const path = "/v1/chat/completions";

describe("the request", () => {
  test("holds what the model needs and nothing else (C3)", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Because.")));
    const { provider } = createClient(upstream.url);
    await hear(provider);
    const request = await upstream.nextRequest();
    expect(request.method).toBe("POST");
    expect(request.path).toBe(path);
    expect(request.json).toEqual({
      model: "acme/small",
      messages: [{ role: "user", content: "Why is the sky blue?" }],
      max_tokens: 200,
      temperature: 0.7,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(upstream.requests).toHaveLength(1);
  });

  test("carries a key only where there is one", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Because.")));
    for (const token of [null, "", "any-key", "hf_0123456789"]) {
      await hear(createClient(upstream.url, { token }).provider);
    }
    const sent = upstream.requests.map((request) => request.headers["authorization"]);
    expect(sent).toEqual([undefined, undefined, "Bearer any-key", "Bearer hf_0123456789"]);
  });

  test("finds its path from a base URL with or without a slash", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Because.")));
    for (const url of [`${upstream.url}/`, ` ${upstream.url}`, upstream.url.replace("http", "HTTP")]) {
      expect((await hear(createClient(url).provider)).text).toBe("Because.");
    }
    expect(new Set(upstream.requests.map((request) => request.path))).toEqual(new Set([path]));
  });

  test("is not made for what the library would take for something else", async () => {
    for (const url of [
      "localhost:1234/v1",
      "ftp://127.0.0.1/v1",
      "acme/small",
      "http://127.0.0.1/v1?a=b",
      "",
    ]) {
      expect(() => createClient(url)).toThrow("URL");
    }
    await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("Because.")));
    const { provider } = createClient(upstream.url);
    for (const model of ["", " ", "http://127.0.0.1:1/x"]) {
      const told = await hear(provider, { request: { ...question, model } });
      expect(told.error).toMatchObject({ failure: { kind: "model_unsupported" } });
    }
    expect(upstream.requests).toHaveLength(0);
  });

  test("to the router needs a token of Hugging Face", async () => {
    for (const token of [null, "other-key"]) {
      const told = await hear(createClient("http://127.0.0.1:1/v1", { baseUrl: null, token }).provider);
      expect(told.error).toMatchObject({ failure: { kind: "token_invalid", status: 0 } });
    }
  });

  test("leaves out a field that the provider refused, and remembers it", async () => {
    const refusal = { detail: [{ loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" }] };
    await using upstream = await startUpstream((request, reply) =>
      request.body.includes("stream_options")
        ? reply.json(422, refusal)
        : reply.stream([delta("ok"), finish("stop"), done()]),
    );
    const { provider, pausesMs } = createClient(upstream.url);
    const first = await hear(provider);
    expect(first.text).toBe("ok");
    expect(first.events.filter((event) => event.type === "call")).toHaveLength(2);
    expect((await hear(provider)).text).toBe("ok");
    expect(upstream.requests.map((request) => request.body.includes("stream_options"))).toEqual([
      true,
      false,
      false,
    ]);
    expect(pausesMs).toEqual([]);
    const other = { ...question, model: "acme/other" };
    await hear(provider, { request: other });
    expect(upstream.requests).toHaveLength(5);
  });

  test("of a failed one is told as it is when no field can be left out", async () => {
    await using upstream = await startUpstream((_, reply) =>
      reply.json(422, { error: "no `messages` please" }),
    );
    const told = await hear(createClient(upstream.url).provider);
    expect(told.error).toMatchObject({
      failure: { kind: "request_rejected", detail: "no `messages` please" },
    });
    expect(upstream.requests).toHaveLength(1);
  });
});
