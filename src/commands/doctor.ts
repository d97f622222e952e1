/** `banter doctor`: looks at everything that a server needs, and says of each what is wrong and what helps. */
import { readConfig, type Config } from "../config.ts";
import { commit, version } from "../version.ts";
import { orRefuse, parseArguments } from "./arguments.ts";
import { checkDatabase, checkDisk, isServed } from "./checks/data.ts";
import { checkEndpoint } from "./checks/endpoint.ts";
import { checkKey } from "./checks/key.ts";
import { fail, lineOf, note, ok, safe, type Finding } from "./checks/finding.ts";
import { checkPort } from "./checks/port.ts";
import { checkSignIn } from "./checks/signin.ts";

const usage = "banter doctor [--json]";

/** Exits with 1 where something fails, with 0 where there are only notes. */
export function doctorCommand(args: string[]): Promise<void> {
  return orRefuse(async () => {
    const { options } = parseArguments(args, { usage, words: 0, options: ["--json"] });
    const findings = await examine();
    const isOk = findings.every(({ status }) => status !== "fail");
    if (options.has("--json")) console.log(JSON.stringify({ ok: isOk, checks: findings }, null, 2));
    else for (const finding of findings) console.log(lineOf(finding));
    if (!isOk) process.exitCode = 1;
  });
}

async function examine(): Promise<Finding[]> {
  const program = ok("program", `Banter ${version} (${commit}) on Bun ${Bun.version}.`);
  const read = readConfig();
  if ("faults" in read) {
    const faults = read.faults.map((fault) => fail("settings", `${fault}.`, "See banter --help."));
    return [program, ...faults, note("others", "not checked: the settings come first.")];
  }
  const { config } = read;
  const settings = ok(
    "settings",
    `all can be used; ${config.model.id} at “${config.model.endpoint}” is to answer.`,
  );
  const found = [program, settings, ...(await examineWith(config))];
  return found.map((finding) => safe(finding, config.secrets));
}

async function examineWith(config: Config): Promise<Finding[]> {
  const endpoints = Promise.all(config.endpoints.map((endpoint) => checkEndpoint(endpoint, config.model)));
  const signIn = checkSignIn(config);
  const disk = await checkDisk(config.dataPath);
  const database = await checkDatabase(config.dataPath);
  const key = await checkKey(config);
  const port = await checkPort(config, isServed(config.dataPath));
  return [...(await endpoints).flat(), ...(await signIn), disk, ...database, ...key, port];
}
