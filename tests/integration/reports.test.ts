/** What browsers tell of broken policy: counted, bounded, and never repeated. */
import { expect, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";

const canary = "REPORTCANARY5518";

function tell({ url }: TestApp, report: unknown, type = "application/reports+json"): Promise<Response> {
  const body = typeof report === "string" ? report : JSON.stringify(report);
  return fetch(`${url}/reports`, { method: "POST", headers: { "Content-Type": type }, body });
}

const today = (effectiveDirective: unknown) => ({
  type: "csp-violation",
  body: { effectiveDirective, blockedURL: `https://${canary}.example`, sample: canary },
});

test("reports in either form are counted by directive, and what they say is nowhere else [I4]", async () => {
  await using app = await startApp();
  const statuses = [
    await tell(app, [today("script-src-elem"), today("img-src"), today(`x ${canary}`), today(7)]),
    await tell(
      app,
      { "csp-report": { "violated-directive": "style-src", "blocked-uri": canary } },
      "application/csp-report",
    ),
    await tell(app, `{"${canary}`),
    await tell(app, {}, "text/plain"),
    await tell(app, null),
  ].map(({ status }) => status);
  expect(statuses).toEqual([204, 204, 400, 415, 204]);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  const count = (directive: string) =>
    metrics.match(new RegExp(`csp_reports_total.directive="${directive}". (\\d+)`))?.[1];
  expect(["script-src", "img-src", "style-src", "other", "connect-src"].map(count)).toEqual([
    "1",
    "1",
    "1",
    "1",
    "0",
  ]);
  expect(metrics + app.logged.join("")).not.toContain(canary);
});

test("a report has at most so many bytes, and there are at most so many a second [O3]", async () => {
  await using app = await startApp({
    limits: { reportsBurst: 3, reportsPerSecond: 0.01, reportBytesMax: 2000 },
  });
  const many = Array.from({ length: 25 }, () => today("img-src"));
  expect((await tell(app, [today("x".repeat(2000))])).status).toBe(413);
  expect(
    (
      await tell(
        app,
        many.map(() => ({ body: { effectiveDirective: "img-src" } })),
      )
    ).status,
  ).toBe(204);
  expect((await tell(app, [])).status).toBe(204);
  expect((await tell(app, [])).status).toBe(429);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toContain('banter_csp_reports_total{directive="img-src"} 20');
});
