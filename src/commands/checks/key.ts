/** What seals people's tokens: that it is there, is nobody else's to read, and opens those that are kept. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { sealedFor } from "../../auth/oauth/grants.ts";
import { keyPath, vaultBy } from "../../auth/vault.ts";
import type { Config } from "../../config.ts";
import { AppError } from "../../errors.ts";
import { sealedIn, type Sealed } from "../../store/copies/sealed.ts";
import { counted } from "../arguments.ts";
import { fail, note, ok, type Finding } from "./finding.ts";

/** None where nobody's token is kept. */
export async function checkKey({ ownTokens, oauth, secretKey, dataPath }: Config): Promise<Finding[]> {
  if (!ownTokens && oauth?.pays !== true) return [];
  const path = keyPath(dataPath);
  const kept = tokensIn(dataPath);
  const tokens = counted(kept.count, "token");
  if (secretKey === null && !existsSync(path)) {
    if (kept.count === 0) return [ok("key", `${path} is not there yet: the first start makes it.`)];
    return [fail("key", `${path} is gone, and nothing else opens ${tokens}.`, putBack)];
  }
  const read = secretKey === null ? readKey(path) : { text: secretKey, note: null };
  if ("fault" in read) return [read.fault];
  const name = secretKey === null ? path : "SECRET_KEY";
  if (kept.newest !== null && !(await opens(read.text, kept.newest)))
    return [fail("key", `${name} does not open the newest of ${tokens}.`, putBack)];
  return [read.note ?? ok("key", `${name} seals people's tokens, of which there are ${kept.count}.`)];
}

const putBack =
  "Put the key back that sealed them, or go on: then their people have to bring them once more.";

async function opens(key: string, { account, sealed }: Sealed): Promise<boolean> {
  const vault = await vaultBy(key);
  const given = await vault.open(account, sealed);
  return given !== null || (await vault.open(sealedFor(account), sealed)) !== null;
}

/** What is wrong with the data is told elsewhere. */
function tokensIn(dataPath: string): { count: number; newest: Sealed | null } {
  try {
    return sealedIn(dataPath);
  } catch (error) {
    if (error instanceof AppError) return { count: 0, newest: null };
    throw error;
  }
}

function readKey(path: string): { text: string; note: Finding | null } | { fault: Finding } {
  try {
    const text = readFileSync(path, "utf8");
    if (text.length < keyChars)
      return {
        fault: fail(
          "key",
          `${path} is cut off.`,
          "Put a copy back, or remove it: the next start makes another.",
        ),
      };
    const isOpen = process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
    return {
      text,
      note: isOpen ? note("key", `${path} can be read by others.`, `Run “chmod 600 ${path}”.`) : null,
    };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return {
      fault: fail("key", `${path} can't be read (${code}).`, "Give it to the user that the server runs as."),
    };
  }
}

/** 32 bytes as base64url. */
const keyChars = 43;
