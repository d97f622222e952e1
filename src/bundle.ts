/** Templates, styles, browser code and icons as one value: from the disk in development, inside the executable else. */
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { manifestOf } from "./bundle/manifest.ts";
import { embedded } from "./embedded.ts";
import { AppError } from "./errors.ts";
import type { TemplateSpecs } from "./render/templates.ts";

export type Asset = {
  /** As templates name it: `app.css`. */
  name: string;
  /** As browsers ask for it: `/assets/app-1a2b3c4d.css`. */
  path: string;
  type: string;
  /** Null where compression gains nothing. */
  bodies: {
    identity: Uint8Array<ArrayBuffer>;
    gzip: Uint8Array<ArrayBuffer> | null;
    br: Uint8Array<ArrayBuffer> | null;
  };
};

export type Bundle = {
  /** Handlebars sources by name; none in an executable, which carries them compiled. */
  templates: Record<string, string>;
  specs: TemplateSpecs | null;
  assets: Asset[];
  /** Changes when anything in it changes. */
  version: string;
};

/** A bundle as JSON can hold it: bodies in base64, an empty one where there is none. */
export type Packed = {
  version: string;
  templates: Record<string, string>;
  assets: { name: string; type: string; identity: string; gzip: string; br: string }[];
};

const root = join(import.meta.dir, "..");

/** The executable's own bundle, else what is on the disk now; throws AppError where the browser code has a fault. */
export async function loadBundle(): Promise<Bundle> {
  const packed = embedded ?? (await packBundle(quickly));
  const assets = packed.assets.map(unpack);
  const { templates, version } = packed;
  return { templates, specs: embedded?.specs ?? null, assets, version };
}

/** Reads what belongs in a bundle from the disk; `brotliQuality` is 0 to 11. */
export async function packBundle(brotliQuality: number): Promise<Packed> {
  const assets = [
    pack("app.css", "text/css; charset=utf-8", await build("static/app.css", "bun"), brotliQuality),
    pack("app.js", script, await build("src/client/main.ts", "browser"), Math.max(brotliQuality, tightly)),
    pack("shared.js", script, await build("src/client/shared/main.ts", "browser"), brotliQuality),
    pack("links.js", script, await build("src/client/shared/links.ts", "browser"), brotliQuality),
    pack("worker.js", script, await build("src/client/worker/offline.ts", "browser"), brotliQuality),
  ];
  for (const ending of Object.keys(imageTypes)) {
    for (const file of await filesIn("static", ending)) {
      const content = await Bun.file(join(root, "static", file)).bytes();
      assets.push(pack(file, imageTypes[ending] ?? "", content, brotliQuality));
    }
  }
  const pathOf = (name: string) => {
    const asset = assets.find((each) => each.name === name);
    if (asset === undefined) throw new AppError("bundle.broken", `there is no static/${name}`);
    return unpack(asset).path;
  };
  assets.push(pack("app.webmanifest", "application/manifest+json", manifestOf(pathOf), brotliQuality));
  const templates: Record<string, string> = {};
  for (const file of await filesIn("templates", ".hbs")) {
    templates[file.slice(0, -4)] = await Bun.file(join(root, "templates", file)).text();
  }
  return { version: hash(JSON.stringify([templates, assets])), templates, assets };
}

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const files = await readdir(join(root, folder), { recursive: true });
  return files
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(ending))
    .toSorted();
}

/** With target "bun" styles stay as they are: for browsers, it takes the direction of a text from its language. */
async function build(entrypoint: string, target: "browser" | "bun"): Promise<string> {
  const entrypoints = [join(root, entrypoint)];
  const result = await Bun.build({ entrypoints, target, minify: true, throw: false });
  const output = result.outputs[0];
  if (!result.success || output === undefined) {
    throw new AppError("bundle.broken", result.logs.map(tell).join("\n") || `${entrypoint} gives nothing`);
  }
  return output.text();
}

/** With the file and the line, as editors and terminals find them. */
function tell({ message, position }: BuildMessage | ResolveMessage): string {
  if (position === null) return message;
  return `${relative(root, position.file)}:${position.line}:${position.column}: ${message}`;
}

/** Brotli's quality while somebody waits for an edit to show. */
const quickly = 5;
/** Of the page's own code, which each page waits for: from here on it is a twentieth less, for some ten milliseconds. */
const tightly = 10;

const script = "text/javascript; charset=utf-8";
const imageTypes: Record<string, string> = { ".svg": "image/svg+xml", ".png": "image/png" };

function pack(
  name: string,
  type: string,
  content: string | Uint8Array,
  brotliQuality: number,
): Packed["assets"][number] {
  const identity = Buffer.from(content);
  const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
  const br = brotliCompressSync(identity, { params });
  const gzip = gzipSync(identity, { level: 9 });
  const isWorth = br.length < identity.length * 0.9;
  const base64 = (bytes: Buffer) => bytes.toString("base64");
  return {
    name,
    type,
    identity: base64(identity),
    gzip: isWorth ? base64(gzip) : "",
    br: isWorth ? base64(br) : "",
  };
}

function unpack({ name, type, ...bodies }: Packed["assets"][number]): Asset {
  const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
  const identity = bytes(bodies.identity);
  const gzip = bodies.gzip === "" ? null : bytes(bodies.gzip);
  const br = bodies.br === "" ? null : bytes(bodies.br);
  const dot = name.lastIndexOf(".");
  const path = `/assets/${name.slice(0, dot)}-${hash(identity)}${name.slice(dot)}`;
  return { name, path, type, bodies: { identity, gzip, br } };
}

function hash(content: string | Uint8Array<ArrayBuffer>): string {
  return Bun.hash(content).toString(36).padStart(13, "0").slice(0, 10);
}
