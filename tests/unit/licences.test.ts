/** What ships with the program: the licence of each package, its dependencies' too, is one that lets it, and is listed. */
import { expect, test } from "bun:test";
import { runProgram } from "../support/process.ts";

type Package = { name: string; license?: string; dependencies?: Record<string, string> };

const lets = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"];

async function shipped(): Promise<Package[]> {
  const found = new Map<string, Package>();
  const root = (await Bun.file("package.json").json()) as Package;
  const waiting = Object.keys(root.dependencies ?? {});
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const each = (await Bun.file(`node_modules/${name}/package.json`).json()) as Package;
    found.set(name, each);
    waiting.push(...Object.keys(each.dependencies ?? {}));
  }
  return [...found.values()];
}

test("each package that ships lets it, and the map names it with its licence [S4]", async () => {
  const map = await Bun.file("src/README.md").text();
  const section = map.slice(map.indexOf("## Dependencies at run time"));
  const packages = await shipped();
  expect(packages.length).toBeGreaterThan(4);
  for (const { name, license = "none" } of packages) {
    expect([name, license, lets.includes(license)]).toEqual([name, license, true]);
    expect([name, section.includes(`\`${name}\` (${license}`)]).toEqual([name, true]);
  }
});

test("the program prints the licence of each package that ships [S4]", async () => {
  const { out, code } = await runProgram(["--licences"]);
  expect(code).toBe(0);
  for (const { name } of await shipped()) expect(out).toContain(`== ${name} `);
  expect(out).toContain("Permission is hereby granted");
  expect(out).not.toContain("has no more to say");
});
