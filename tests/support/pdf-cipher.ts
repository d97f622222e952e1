/** How PDFs are encrypted: RC4 of 40 bits, AES of 128, and AES of 256 as it looks to who lacks the password. */
import { createCipheriv, createHash, randomBytes } from "node:crypto";

export type Cipher = "rc4" | "aes-128" | "aes-256";

export type Encryption = {
  dictionary: string;
  /** In the trailer, in hexadecimal. */
  id: string;
  encrypt(bytes: Buffer, object: number): Buffer;
};

/** ISO 32000-1, 7.6.3: algorithms 1 to 5. */
export function encryption(cipher: Cipher, password: string): Encryption {
  if (cipher === "aes-256") return sealedFor256();
  const isAes = cipher === "aes-128";
  const [bytes, rounds] = isAes ? [16, 50] : [5, 0];
  const id = md5(randomBytes(16));
  const permissions = Buffer.from([0xfc, 0xff, 0xff, 0xff]);
  const owner = ownerEntry(password, bytes, isAes);
  const key = again(md5(padded(password), owner, permissions, id), rounds, bytes);
  const user = isAes ? userEntry(key, id) : rc4(key, padding);
  const entries = `/O <${owner.toString("hex")}> /U <${user.toString("hex")}> /P -4`;
  const kind = isAes
    ? "/V 4 /R 4 /Length 128 /CF << /StdCF << /CFM /AESV2 /Length 16 /AuthEvent /DocOpen >> >> /StmF /StdCF /StrF /StdCF"
    : "/V 1 /R 2";
  return {
    dictionary: `<< /Filter /Standard ${kind} ${entries} >>`,
    id: id.toString("hex"),
    encrypt(content, object) {
      const number = Buffer.from([object & 0xff, (object >> 8) & 0xff, (object >> 16) & 0xff, 0, 0]);
      const own = md5(key, number, Buffer.from(isAes ? "sAlT" : "")).subarray(0, Math.min(16, bytes + 5));
      return isAes ? aes(own, content) : rc4(own, content);
    },
  };
}

/** What would be derived from a password is noise to everybody else. */
function sealedFor256(): Encryption {
  const noise = (bytes: number) => randomBytes(bytes).toString("hex");
  const entries = `/O <${noise(48)}> /U <${noise(48)}> /OE <${noise(32)}> /UE <${noise(32)}> /Perms <${noise(16)}>`;
  const filter =
    "/CF << /StdCF << /CFM /AESV3 /Length 32 /AuthEvent /DocOpen >> >> /StmF /StdCF /StrF /StdCF";
  const dictionary = `<< /Filter /Standard /V 5 /R 6 /Length 256 ${filter} ${entries} /P -4 >>`;
  return { dictionary, id: noise(16), encrypt: (content) => aes(randomBytes(32), content) };
}

function ownerEntry(password: string, bytes: number, isAes: boolean): Buffer {
  const key = again(md5(padded(password)), isAes ? 50 : 0, bytes);
  return shaken(key, padded(password), isAes);
}

function userEntry(key: Buffer, id: Buffer): Buffer {
  return Buffer.concat([shaken(key, md5(padding, id), true), Buffer.alloc(16)]);
}

/** Once, or twenty times with a key that changes. */
function shaken(key: Buffer, bytes: Buffer, isOften: boolean): Buffer {
  let shaking = bytes;
  for (let n = 0; n < (isOften ? 20 : 1); n += 1)
    shaking = rc4(Buffer.from(key.map((byte) => byte ^ n)), shaking);
  return shaking;
}

function again(hash: Buffer, rounds: number, bytes: number): Buffer {
  let key = hash.subarray(0, bytes);
  for (let n = 0; n < rounds; n += 1) key = md5(key).subarray(0, bytes);
  return key;
}

const padding = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");

function padded(password: string): Buffer {
  return Buffer.concat([Buffer.from(password, "latin1"), padding]).subarray(0, 32);
}

function md5(...parts: Uint8Array[]): Buffer {
  return createHash("md5").update(Buffer.concat(parts)).digest();
}

function aes(key: Buffer, content: Buffer): Buffer {
  const iv = randomBytes(16);
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv);
  return Buffer.concat([iv, cipher.update(content), cipher.final()]);
}

function rc4(key: Buffer, content: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, n) => n);
  const at = (n: number) => state[n & 255] ?? 0;
  const swap = (a: number, b: number) => ([state[a], state[b]] = [at(b), at(a)]);
  for (let n = 0, other = 0; n < 256; n += 1) {
    other = (other + at(n) + (key[n % key.length] ?? 0)) & 255;
    swap(n, other);
  }
  let [one, two] = [0, 0];
  return content.map((byte) => {
    one = (one + 1) & 255;
    two = (two + at(one)) & 255;
    swap(one, two);
    return byte ^ at(at(one) + at(two));
  }) as Buffer;
}
