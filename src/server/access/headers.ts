/** The headers that every answer has: only what is ours is run, shown or framed, and what is not is reported. */

export type HeaderOptions = {
  /** Origins whose pages may show ours in a frame. */
  frameAncestors: readonly string[];
  /** For so many days browsers come by https alone; 0: they are not told. */
  hstsDays: number;
};

export const reportPath = "/reports";

export function headersFor({ frameAncestors, hstsDays }: HeaderOptions): Record<string, string> {
  const framers = frameAncestors.length === 0 ? "'none'" : frameAncestors.join(" ");
  return {
    "Content-Security-Policy": [...policy, `frame-ancestors ${framers}`].join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    // With no-referrer, Chromium sends "Origin: null" from our own forms.
    "Referrer-Policy": "same-origin",
    "Reporting-Endpoints": `csp="${reportPath}"`,
    "X-Content-Type-Options": "nosniff",
    ...(hstsDays > 0 ? { "Strict-Transport-Security": `max-age=${hstsDays * 86_400}` } : {}),
  };
}

/** Puts them on an answer, but for what it says by itself; what does not say how long it may be kept is not to be kept. */
export function withHeaders(response: Response, headers: Record<string, string>): Response {
  for (const [name, value] of Object.entries(headers)) {
    // A file has a policy of its own, which lets it do nothing at all.
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  return response;
}

/** The name is that of the policy in client/patch.ts, where alone a string becomes part of a page. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types banter",
  // Where report-to is not known.
  `report-uri ${reportPath}`,
  "report-to csp",
];
