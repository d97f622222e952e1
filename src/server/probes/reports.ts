/** POST /reports: what browsers tell of broken content security policy; counted by directive, never kept or logged. */
import { takeToken, type Bucket } from "../../chat/admission/pace.ts";
import { refusalOf, textResponse } from "../answers.ts";
import { readReport } from "../bodies.ts";
import { wordsIn } from "../../words/words.ts";

export type ReportParts = {
  /** How fast all browsers together may tell. */
  bucket: Bucket;
  reported(directive: ReportedDirective): void;
  now(): number;
  limits: { reportsPerSecond: number; reportsBurst: number; reportBytesMax: number };
};

/** By name, for what a report says would else be a label of the metrics. */
export const reportedDirectives = [
  "script-src",
  "style-src",
  "img-src",
  "connect-src",
  "frame-ancestors",
  "require-trusted-types-for",
  "trusted-types",
  "other",
] as const;

export type ReportedDirective = (typeof reportedDirectives)[number];

/** Anybody may tell, for browsers do so without a cookie. */
export async function answerReport(parts: ReportParts, request: Request): Promise<Response> {
  const { bucket, limits, now, reported } = parts;
  const pace = { opsPerSecond: limits.reportsPerSecond, opsBurst: limits.reportsBurst };
  if (!takeToken(bucket, now(), pace)) return textResponse(429, "That is told often enough.");
  try {
    for (const told of directivesIn(await readReport(request, limits.reportBytesMax))) {
      // Such as “script-src-elem”.
      reported(reportedDirectives.find((name) => told.startsWith(name)) ?? "other");
    }
    return new Response(null, { status: 204 });
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn("en"));
    return textResponse(status, text);
  }
}

/** Of the reports that browsers send together, or of one in the older form. */
function directivesIn(report: unknown): string[] {
  const reports = Array.isArray(report) ? report.slice(0, togetherMax) : [report];
  return reports.flatMap((each) => {
    const body = at(each, "body") ?? at(each, "csp-report");
    const directive =
      at(body, "effectiveDirective") ?? at(body, "effective-directive") ?? at(body, "violated-directive");
    return typeof directive === "string" ? [directive] : [];
  });
}

const togetherMax = 20;

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
