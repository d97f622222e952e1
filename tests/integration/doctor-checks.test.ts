/** What the doctor makes of each answer that an endpoint can give, and of a disk that fills up. */
import { expect, test } from "bun:test";
import { judgeSpace } from "../../src/commands/checks/data.ts";
import { checkEndpoint } from "../../src/commands/checks/endpoint.ts";
import type { Finding } from "../../src/commands/checks/finding.ts";
import { startUpstream, type Script, type Upstream } from "../support/upstream.ts";

type Told = Record<string, Finding>;

async function askLocal(upstream: Upstream, model = "test-model"): Promise<Told> {
  const endpoint = { name: "local", key: "key-for-tests", baseUrl: upstream.url };
  return byCheck(await checkEndpoint(endpoint, { endpoint: "local", id: model }));
}

async function askHub(upstream: Upstream, model = "openai/gpt-oss-120b:fastest"): Promise<Told> {
  const endpoint = { name: "huggingface", key: "hf_for-tests", baseUrl: null };
  const hub = { baseUrl: upstream.url, whoamiUrl: `${upstream.origin}/api/whoami-v2` };
  return byCheck(await checkEndpoint(endpoint, { endpoint: "huggingface", id: model }, hub));
}

function byCheck(findings: Finding[]): Told {
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

/** Every name is there, or not at all. */
function line(finding: Finding | undefined): string {
  return finding === undefined ? "none" : `${finding.status} ${finding.what} ${finding.remedy}`;
}

const list = (...ids: string[]) => ({ data: ids.map((id) => ({ id, object: "model" })) });

test("each answer of an endpoint gets its line", async () => {
  const answers: [Script, RegExp][] = [
    [(_, reply) => reply.json(200, list("test-model")), /^ok .* has test-model/],
    [(_, reply) => reply.json(200, list("test-model:latest")), /^ok /],
    [
      (_, reply) => reply.json(200, list("a", "b")),
      /^note .*does not list test-model\. Set MODEL to one of its 2, such as a, b/,
    ],
    [(_, reply) => reply.json(200, list()), /^note .*It lists none/],
    [(_, reply) => reply.json(401, {}), /^fail .*refuses the key \(401\)\. Set INFERENCE_KEY/],
    [(_, reply) => reply.json(403, {}), /^fail .*refuses the key \(403\)/],
    [(_, reply) => reply.json(404, {}), /^note .*lists no models \(404\)/],
    [(_, reply) => reply.json(503, {}), /^fail .*answers 503/],
    [
      (_, reply) => reply.send(200, "text/html", "<p>Welcome"),
      /^fail .*not answer like an OpenAI-compatible/,
    ],
    [(_, reply) => reply.redirect("http://127.0.0.1:9/"), /^fail .*redirects elsewhere/],
    [(_, reply) => reply.reset(), /^fail .*breaks the connection/],
    [(_, reply) => void reply.raw("SSH-2.0-none\r\n\r\n"), /^fail .*does not speak HTTP/],
  ];
  await using upstream = await startUpstream(() => {}, { models: "script" });
  for (const [answer, words] of answers) {
    upstream.answer(answer);
    expect(line((await askLocal(upstream))["endpoint"])).toMatch(words);
  }
  await upstream.stop();
  expect(line((await askLocal(upstream))["endpoint"])).toMatch(
    /^fail .*refuses the connection.* Check INFERENCE_URL/,
  );
});

test("another endpoint than the model's is asked with its own key, and not for that model", async () => {
  const script: Script = (request, reply) => {
    expect(request.headers["authorization"]).toBe("Bearer key-of-box");
    reply.json(200, list("a", "b"));
  };
  await using upstream = await startUpstream(script, { models: "script" });
  const box = { name: "my-box", key: "key-of-box", baseUrl: upstream.url };
  const model = { endpoint: "huggingface", id: "org/model" };
  expect(line(byCheck(await checkEndpoint(box, model))["endpoint"])).toMatch(/^ok .* has 2 models/);
  upstream.answer((_, reply) => reply.json(401, {}));
  expect(line(byCheck(await checkEndpoint(box, model))["endpoint"])).toMatch(/Set ENDPOINT_KEY_MY_BOX to/);
});

test("where people bring tokens of their own, no token is no fault", async () => {
  await using upstream = await startUpstream((_, reply) => reply.json(200, list("org/model")), {
    models: "script",
  });
  const hub = { baseUrl: upstream.url, whoamiUrl: `${upstream.origin}/whoami` };
  const endpoint = { name: "huggingface", key: null, baseUrl: null };
  const found = byCheck(await checkEndpoint(endpoint, { endpoint: "huggingface", id: "org/model" }, hub));
  expect(line(found["token"])).toMatch(/^note .*people bring their own/);
  expect(upstream.requests.map(({ path }) => path)).toEqual(["/v1/models"]);
});

test("an endpoint that does not answer is waited for five seconds", async () => {
  await using upstream = await startUpstream(() => {}, { models: "script" });
  expect(line((await askLocal(upstream))["endpoint"])).toMatch(/^fail .*does not answer within 5 s/);
}, 10_000);

test("a clock that is more than a minute off is told", async () => {
  const cases = [
    [0, /^ok /],
    [-45, /^ok /],
    [-120, /^note this machine is 1\d\d s ahead of/],
    [7200, /^note this machine is 7\d\d\d s behind .*NTP/],
  ] as const;
  await using upstream = await startUpstream(() => {}, { models: "script" });
  for (const [offS, words] of cases) {
    const date = new Date(Date.now() + offS * 1000).toUTCString();
    upstream.answer((_, reply) => reply.json(200, list("test-model"), { Date: date }));
    expect(line((await askLocal(upstream))["clock"])).toMatch(words);
  }
  upstream.answer((_, reply) => reply.json(200, list("test-model")));
  expect(line((await askLocal(upstream))["clock"])).toMatch(/^note not compared/);
});

test("Hugging Face is asked for the token too, since it lists models to everybody", async () => {
  const fine = (global: string[], permissions: string[]) => ({
    auth: { accessToken: { role: "fineGrained", fineGrained: { global, scoped: [{ permissions }] } } },
  });
  const cases: [number, unknown, RegExp][] = [
    [200, { name: "ann", auth: { accessToken: { role: "read" } } }, /^ok /],
    [200, fine(["inference.serverless.write"], []), /^ok /],
    [200, fine([], ["repo.content.read", "inference.serverless.write"]), /^ok /],
    [200, fine(["discussion.write"], ["repo.content.read"]), /^fail .*may not call Inference Providers/],
    [401, { error: "Invalid" }, /^fail .*refuses HF_TOKEN \(401\)\. Make one/],
    [500, {}, /^note not checked/],
  ];
  await using upstream = await startUpstream(() => {}, { models: "script" });
  for (const [status, body, words] of cases) {
    upstream.answer((request, reply) => {
      expect(request.headers["authorization"]).toBe("Bearer hf_for-tests");
      if (request.path === "/api/whoami-v2") reply.json(status, body);
      else reply.json(200, list("openai/gpt-oss-120b"));
    });
    const told = await askHub(upstream);
    expect(line(told["token"])).toMatch(words);
    expect(line(told["endpoint"])).toMatch(/^ok .* has openai\/gpt-oss-120b:fastest/);
  }
});

test("a disk that fills up is told before it is full", () => {
  const statuses = [50e6, 500e6, 5e9].map((freeBytes) => judgeSpace("/data", freeBytes).status);
  expect(statuses).toEqual(["fail", "note", "ok"]);
});
