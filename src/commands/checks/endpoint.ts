/** Whether the endpoint answers, takes the token and has the model; and what its clock says. */
import { keyName, type Endpoint } from "../../config/endpoints.ts";
import type { ModelRef } from "../../domain.ts";
import { ask, type Answer } from "./ask.ts";
import { fail, note, ok, type Finding } from "./finding.ts";

/** Hugging Face lists models to everybody: whether a token is good is told elsewhere. */
export const huggingFace = {
  baseUrl: "https://router.huggingface.co/v1",
  whoamiUrl: "https://huggingface.co/api/whoami-v2",
};

/** `model` is looked for where it belongs to this endpoint. */
export async function checkEndpoint(
  endpoint: Endpoint,
  model: ModelRef,
  hub = huggingFace,
  now = Date.now,
): Promise<Finding[]> {
  const { name, key } = endpoint;
  if (name === "demo") {
    return [
      note(
        "endpoint",
        "the built-in demo answers.",
        "Set HF_TOKEN in .env to chat with Hugging Face models.",
      ),
      note("clock", "not compared: no other server is asked."),
    ];
  }
  const isHub = endpoint.baseUrl === null;
  const baseUrl = endpoint.baseUrl ?? hub.baseUrl;
  const [models, whoami] = await Promise.all([
    ask(`${baseUrl}/models`, key),
    isHub && key !== null ? ask(hub.whoamiUrl, key) : null,
  ]);
  const wanted = model.endpoint === name ? model.id : null;
  const found = [judgeModels(models, baseUrl, name, wanted)];
  if (whoami !== null) found.push(judgeToken(whoami));
  else if (isHub)
    found.push(note("token", "none is set: people bring their own (OWN_TOKENS, OAUTH_CLIENT_ID)."));
  return [...found, judgeClock(models, now())];
}

function judgeModels(answer: Answer, baseUrl: string, name: string, model: string | null): Finding {
  const host = new URL(baseUrl).host;
  const settings = settingOf(name);
  if ("fault" in answer) return fail("endpoint", `${host} ${answer.fault}.`, `Check ${settings}.`);
  const { status } = answer;
  if (status === 401 || status === 403)
    return fail("endpoint", `${host} refuses ${refused(name)} (${status}).`, renew(name));
  if (status === 404 || status === 405) {
    return note(
      "endpoint",
      `${host} answers, but lists no models (${status}).`,
      "Send a message to see if it chats.",
    );
  }
  if (status !== 200)
    return fail("endpoint", `${host} answers ${status}.`, "Try again later, or ask who runs it.");
  const ids = idsIn(answer.json);
  if (ids === null) {
    return fail(
      "endpoint",
      `${host} does not answer like an OpenAI-compatible server.`,
      `Check ${settings}.`,
    );
  }
  if (model === null)
    return ok("endpoint", `${host} answers and has ${ids.length} models (${answer.tookMs} ms).`);
  // Hugging Face takes a provider or a wish behind a colon; Ollama has tags there, and a default one.
  const bare = model.replace(/:[^:/]*$/, "");
  if (ids.some((id) => id === model || id === bare || id === `${model}:latest`)) {
    return ok("endpoint", `${host} answers and has ${model} (${answer.tookMs} ms).`);
  }
  return note("endpoint", `${host} answers, but does not list ${model}.`, remedyFor(ids));
}

function settingOf(name: string): string {
  if (name === "huggingface") return "the network and any proxy";
  return name === "local" ? "INFERENCE_URL" : `${name} in ENDPOINTS`;
}

function refused(name: string): string {
  return name === "huggingface" ? "the token" : "the key";
}

function renew(name: string): string {
  if (name === "huggingface") return newToken;
  return `Set ${name === "local" ? "INFERENCE_KEY" : keyName(name)} to one that it takes.`;
}

const newToken =
  "Make one that may call Inference Providers at https://huggingface.co/settings/tokens, and set HF_TOKEN to it.";

function remedyFor(ids: string[]): string {
  if (ids.length === 0) return "It lists none: load one there.";
  const shown = ids.slice(0, 3).map((id) => id.slice(0, 80));
  return `Set MODEL to one of its ${ids.length}, such as ${shown.join(", ")}.`;
}

function judgeToken(answer: Answer): Finding {
  if ("fault" in answer) return note("token", `not checked: huggingface.co ${answer.fault}.`);
  if (answer.status === 401 || answer.status === 403) {
    return fail("token", `Hugging Face refuses HF_TOKEN (${answer.status}).`, newToken);
  }
  if (answer.status !== 200) return note("token", `not checked: huggingface.co answers ${answer.status}.`);
  const permissions = permissionsIn(answer.json);
  if (permissions !== null && !permissions.includes("inference.serverless.write")) {
    return fail("token", "HF_TOKEN is known, but may not call Inference Providers.", newToken);
  }
  return ok("token", "Hugging Face takes HF_TOKEN.");
}

function judgeClock(answer: Answer, nowMs: number): Finding {
  const theirsMs = "fault" in answer || answer.date === null ? Number.NaN : Date.parse(answer.date);
  if (Number.isNaN(theirsMs)) return note("clock", "not compared: the endpoint tells no time.");
  const offS = Math.round((nowMs - theirsMs) / 1000);
  if (Math.abs(offS) <= clockOffMaxS) return ok("clock", "agrees with the endpoint's.");
  const way = offS > 0 ? "ahead of" : "behind";
  const what = `this machine is ${Math.abs(offS)} s ${way} the endpoint.`;
  return note("clock", what, "Let the system set its clock by the network (NTP).");
}

const clockOffMaxS = 60;

/** The ids of a list of models; null where it is no such list. */
function idsIn(json: unknown): string[] | null {
  const data = field(json, "data");
  if (!Array.isArray(data)) return null;
  return data.map((model: unknown) => field(model, "id")).filter((id) => typeof id === "string");
}

/** What a fine-grained token may do anywhere; null for other tokens, which may do this. */
function permissionsIn(json: unknown): string[] | null {
  const token = field(field(json, "auth"), "accessToken");
  if (field(token, "role") !== "fineGrained") return null;
  const rights = field(token, "fineGrained");
  const scoped = field(rights, "scoped");
  const lists = [field(rights, "global"), ...(Array.isArray(scoped) ? scoped : []).map(permissionsOf)];
  return lists.flatMap((list) => (Array.isArray(list) ? list : [])).map(String);
}

function permissionsOf(scope: unknown): unknown {
  return field(scope, "permissions");
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
