/** Answers requests for styles, browser code and icons: immutable, compressed beforehand, with ETag. */
import type { Asset, Bundle } from "../bundle.ts";
import { acceptedEncodings } from "./answers.ts";

/** Null where the bundle has no such file. */
export function answerAsset(request: Request, bundle: Bundle): Response | null {
  const { pathname } = new URL(request.url);
  const asset = bundle.assets.find((each) => each.path === pathname);
  return asset === undefined ? null : answerWith(request, asset, "public, max-age=31536000, immutable");
}

/** The service worker, whose address stays, and says for what it answers; browsers ask for it at each visit. */
export function answerWorker(request: Request, bundle: Bundle): Response {
  const asset = bundle.assets.find(({ name }) => name === "worker.js");
  if (asset === undefined) throw new Error("the bundle has no worker");
  return answerWith(request, asset, "no-cache");
}

function answerWith(request: Request, asset: Asset, cacheControl: string): Response {
  const encoding = negotiate(acceptedEncodings(request), asset);
  const etag = `"${asset.path.slice(asset.path.lastIndexOf("-") + 1)}-${encoding}"`;
  const headers = new Headers({
    "Cache-Control": cacheControl,
    "Content-Type": asset.type,
    ETag: etag,
    Vary: "Accept-Encoding",
  });
  const seen = request.headers.get("if-none-match")?.split(",") ?? [];
  if (seen.some((each) => each.trim().replace(/^W\//, "") === etag))
    return new Response(null, { status: 304, headers });
  if (encoding !== "identity") headers.set("Content-Encoding", encoding);
  return new Response(asset.bodies[encoding] ?? asset.bodies.identity, { headers });
}

/** The smallest of what the browser takes. */
function negotiate(taken: Set<string>, asset: Asset): keyof Asset["bodies"] {
  if (taken.has("br") && asset.bodies.br !== null) return "br";
  if (taken.has("gzip") && asset.bodies.gzip !== null) return "gzip";
  return "identity";
}
