/** Assistants, made and changed by their forms. */
import type { TestApp } from "./app.ts";

/** What the page answers; redirects are not followed. */
export function postAssistants(
  app: TestApp,
  cookie: string,
  fields: Record<string, string>,
  origin = app.url,
): Promise<Response> {
  return fetch(`${app.url}/assistants`, {
    method: "POST",
    headers: { Cookie: cookie, Origin: origin },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
}

export const owl = {
  name: "Night owl",
  icon: "🦉",
  model: "",
  suggestions: "Who is awake?\nWhat is there to hunt?",
  systemPrompt: "You are an owl.",
  temperature: "0.3",
};

/** Its id. */
export async function makeAssistant(
  app: TestApp,
  cookie: string,
  fields: Record<string, string> = {},
): Promise<string> {
  const id = crypto.randomUUID();
  const answer = await postAssistants(app, cookie, { ...owl, ...fields, id, save: "on" });
  if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`);
  return id;
}
