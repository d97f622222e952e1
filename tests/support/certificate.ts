/** A certificate that nobody has signed but itself, for servers of tests that speak TLS. */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** Both as PEM. */
export type Certificate = { certificate: string; key: string };

/** For these host names, from an hour ago until tomorrow: X.509 as RFC 5280 has it, with an ECDSA key. */
export function makeCertificate(names: string[]): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const algorithm = sequence(identifier(ecdsaWithSha256));
  const name = sequence(set(sequence(identifier(commonName), utf8("Banter's tests"))));
  const hourMs = 3_600_000;
  const validity = sequence(time(Date.now() - hourMs), time(Date.now() + 24 * hourMs));
  const alternatives = sequence(...names.map((each) => tagged(0x82, Buffer.from(each, "latin1"))));
  const extension = sequence(identifier(subjectAltName), tagged(0x04, alternatives));
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), crypto.getRandomValues(Buffer.alloc(8))])),
    algorithm,
    name,
    validity,
    name,
    Buffer.from(publicKey),
    tagged(0xa3, sequence(extension)),
  );
  const signature = sign("sha256", body, createPrivateKey(privateKey));
  const whole = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return { certificate: pem("CERTIFICATE", whole), key: privateKey };
}

const ecdsaWithSha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const commonName = [0x55, 0x04, 0x03];
const subjectAltName = [0x55, 0x1d, 0x11];

/** The kind of a value, its length, and the value: X.690. */
function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return tagged(0x31, part);
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function identifier(bytes: number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function utf8(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text));
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return tagged(0x17, Buffer.from(digits.slice(2)));
}

function pem(what: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${what}-----\n${lines.join("\n")}\n-----END ${what}-----\n`;
}
