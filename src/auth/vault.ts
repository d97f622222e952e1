/** Seals what people entrust to the server, so that the data file alone, or a backup of it, gives nothing away. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";

export type Vault = {
  /** For that account alone: sealed, it is no use in another's row. */
  seal(account: string, text: string): Promise<string>;
  /** Null where it was sealed by another key, or for another account. */
  open(account: string, sealed: string): Promise<string | null>;
};

/** By `secret`, or by a key of its own in a file beside the data that its owner alone may read; made where it is missing. */
export function openVault(secret: string | null, dataPath: string): Promise<Vault> {
  return vaultBy(secret ?? keyFrom(keyPath(dataPath)));
}

export function keyPath(dataPath: string): string {
  return `${dataPath}.key`;
}

export async function vaultBy(text: string): Promise<Vault> {
  const material = await crypto.subtle.importKey("raw", Buffer.from(text), "HKDF", false, ["deriveKey"]);
  const from = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: Buffer.from("banter tokens") };
  const kind = { name: "AES-GCM", length: 256 };
  const key = await crypto.subtle.deriveKey(from, material, kind, false, ["encrypt", "decrypt"]);
  const cipher = (iv: Uint8Array<ArrayBuffer>, account: string) => {
    return { name: "AES-GCM", iv, additionalData: Buffer.from(account) };
  };
  return {
    async seal(account, text) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const sealed = await crypto.subtle.encrypt(cipher(iv, account), key, Buffer.from(text));
      return Buffer.concat([iv, new Uint8Array(sealed)]).toString("base64url");
    },
    async open(account, sealed) {
      const bytes = new Uint8Array(Buffer.from(sealed, "base64url"));
      const [iv, body] = [bytes.slice(0, ivBytes), bytes.slice(ivBytes)];
      try {
        return Buffer.from(await crypto.subtle.decrypt(cipher(iv, account), key, body)).toString();
      } catch {
        return null;
      }
    },
  };
}

const ivBytes = 12;
const keyBytes = 32;

function keyFrom(path: string): string {
  if (!existsSync(path)) {
    const made = crypto.getRandomValues(new Uint8Array(keyBytes)).toBase64({ alphabet: "base64url" });
    // Never over one that another start has made meanwhile.
    writeFileSync(path, made, { mode: 0o600, flag: "wx" });
  }
  chmodSync(path, 0o600);
  return readFileSync(path, "utf8");
}
