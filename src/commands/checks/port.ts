/** Whether the port is free, or who holds it. */
import { createServer } from "node:net";
import { ask } from "./ask.ts";
import { fail, note, ok, type Finding } from "./finding.ts";

/** `isServed`: some server has the data open, which is ours to find at the port. */
export async function checkPort(
  { host, port }: { host: string; port: number },
  isServed: boolean,
): Promise<Finding> {
  if (port === 0) return ok("port", "any free one is taken (PORT=0).");
  const name = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const code = await listenFault(host, port);
  if (code === null && isServed) {
    return note(
      "port",
      `${name} is free, though a server has the data open.`,
      "Does that one run with other settings?",
    );
  }
  if (code === null) return ok("port", `${name} is free.`);
  if (code !== "EADDRINUSE")
    return fail("port", `${name} can't be listened on (${code}).`, remedies[code] ?? other);
  const version = await banterAt(host, port);
  if (version === null) {
    return fail("port", `${name} is held by another program.`, "Stop that one, or set PORT to another port.");
  }
  if (isServed) return ok("port", `${name} is where Banter ${version} answers.`);
  return fail(
    "port",
    `${name} is held by a Banter ${version} with other data.`,
    "Stop that one, or set PORT to another port.",
  );
}

const other = "Check HOST and PORT.";

const remedies: Record<string, string> = {
  EACCES: "Set PORT to 1024 or more, or let a proxy hold the low one.",
  EADDRNOTAVAIL: "HOST has to be an address of this machine, such as 127.0.0.1.",
  ENOTFOUND: "HOST has to be an address of this machine, such as 127.0.0.1.",
};

function listenFault(host: string, port: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const server = createServer();
  server.once("error", (error) => resolve("code" in error ? String(error.code) : "unknown"));
  server.listen(port, host, () => server.close(() => resolve(null)));
  return promise;
}

/** The version of the Banter that answers there; null for anything else. */
async function banterAt(host: string, port: number): Promise<string | null> {
  const near = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const answer = await ask(`http://${near.includes(":") ? `[${near}]` : near}:${port}/healthz`, null, {
    timeoutMs: 2000,
    bytesMax: 16 * 1024,
  });
  if (!("json" in answer) || typeof answer.json !== "object" || answer.json === null) return null;
  const { json } = answer;
  const isOurs = "status" in json && "generations" in json && "version" in json;
  return isOurs ? String(json.version).slice(0, 20) : null;
}
