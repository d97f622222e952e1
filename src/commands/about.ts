/** What the program says of itself. */
import { readLicences } from "../bundle/licences.ts";
import { helpText } from "../config.ts";
import { commit, version } from "../version.ts";

export function printVersion(): void {
  console.log(`banter ${version} (${commit}), Bun ${Bun.version}`);
}

/** Its own, and those of all that is in it. */
export async function printLicences(): Promise<void> {
  console.log(
    "Banter is under the MIT licence, Bun under those at https://bun.com/docs/project/licensing.\n",
  );
  console.log(await readLicences());
}

export function printHelp(): void {
  console.log(helpText(version));
}
