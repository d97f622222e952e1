/** The entry point: finds out what is asked for, and loads that alone. */

const [command = "serve", ...args] = process.argv.slice(2);

if (Bun.semver.order(Bun.version, "1.4.5") < 0) {
  console.error(`Banter needs Bun 1.4.5 or newer, and this is ${Bun.version}: run “npx -y bun@1.4.5 start”.`);
  process.exit(1);
}

// Bun reads this when it starts, and else runs 256 requests at once: the 257th chat would wait without a word.
// The demo model makes none, and starts sooner.
const { BUN_CONFIG_MAX_HTTP_REQUESTS: requestsMax, HF_TOKEN, INFERENCE_URL, ENDPOINTS } = process.env;
if (command === "serve" && requestsMax === undefined && (HF_TOKEN || INFERENCE_URL || ENDPOINTS)) {
  const isExecutable = import.meta.path.includes("$bunfs") || import.meta.path.includes("~BUN");
  const rest = process.argv.slice(isExecutable ? 2 : 1);
  const again = [process.execPath, ...(isExecutable ? [] : process.execArgv), ...rest];
  process.execve?.(process.execPath, again, { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: "8192" });
}

// Imported here and not above: a fault in a module that is imported statically would, under `bun --hot`,
// freeze every timer of the running chat until it is mended.
try {
  switch (command) {
    case "serve":
      await (await import("./src/commands/serve.ts")).serveCommand();
      break;
    case "doctor":
      await (await import("./src/commands/doctor.ts")).doctorCommand(args);
      break;
    case "backup":
      await (await import("./src/commands/backup.ts")).backupCommand(args);
      break;
    case "restore":
      await (await import("./src/commands/restore.ts")).restoreCommand(args);
      break;
    case "--version":
    case "-v":
      (await import("./src/commands/about.ts")).printVersion();
      break;
    case "--licences":
      await (await import("./src/commands/about.ts")).printLicences();
      break;
    case "--help":
    case "-h":
      (await import("./src/commands/about.ts")).printHelp();
      break;
    default:
      console.error(`There is no command “${command}”: see banter --help.`);
      process.exitCode = 1;
  }
} catch (error) {
  console.error(error);
  if (globalThis.banter?.server == null) process.exit(1);
}
