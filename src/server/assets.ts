/** Answers requests for styles, browser code and icons: immutable, compressed beforehand, with ETag. */
import type { Asset, Bundle } from "../bundle.ts";
import { acceptedEncodings } from "./answers.ts";

/** Null where the bundle has no such file. */
export function answerAsset(request: Request, bundle: Bundle): Response | null {
  const { pathname } = new URL(request.url);
  const asset = bundle.assets.find((each) => each.path === pathname);
  if (asset === undefined) return null;
  const encoding = negotiate(acceptedEncodings(request), asset);
  const etag = `"${pathname.slice(pathname.lastIndexOf("-") + 1)}-${encoding}"`;
  const headers = new Headers({
    "Cache-Control": "public, max-age=31536000, immutable",
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
