/** How a file comes from one version's tables to the next's. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { migrate, migrations, refuseUnknown, type Migration } from "../../src/store/migrations.ts";

const first: Migration = {
  name: "0001-fruit",
  sql: "CREATE TABLE fruit (name TEXT); INSERT INTO fruit VALUES ('fig')",
};
const second: Migration = {
  name: "0002-colour",
  sql: "ALTER TABLE fruit ADD COLUMN colour TEXT DEFAULT 'green'",
};

test("migrations are applied once, in order, and recorded with their time", () => {
  const db = new Database(":memory:");
  expect(migrate(db, [first, second], 77)).toEqual(["0001-fruit", "0002-colour"]);
  expect(migrate(db, [first, second], 88)).toEqual([]);
  expect(db.query("SELECT name, applied_ms FROM migrations ORDER BY name").values()).toEqual([
    ["0001-fruit", 77],
    ["0002-colour", 77],
  ]);
});

test("an older file gets what it lacks and keeps its data [K5]", () => {
  const db = new Database(":memory:");
  migrate(db, [first]);
  db.run("INSERT INTO fruit VALUES ('pear')");
  expect(migrate(db, [first, second])).toEqual(["0002-colour"]);
  expect(db.query("SELECT name, colour FROM fruit").values()).toEqual([
    ["fig", "green"],
    ["pear", "green"],
  ]);
});

test("a migration that fails is undone whole, and those before it stay", () => {
  const db = new Database(":memory:");
  const broken: Migration = {
    name: "0002-broken",
    sql: "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)",
  };
  expect(() => migrate(db, [first, broken])).toThrow("nowhere");
  expect(db.query("SELECT name FROM migrations").values()).toEqual([["0001-fruit"]]);
  expect(db.query("SELECT name FROM sqlite_schema WHERE name = 'half'").values()).toEqual([]);
  expect(migrate(db, [first, second])).toEqual(["0002-colour"]);
});

test("a file that knows a migration which this version does not is refused [K5]", () => {
  const db = new Database(":memory:");
  migrate(db, [first, second]);
  expect(() => refuseUnknown(db, "a.db", [first])).toThrow(
    "a.db was written by a newer version of Banter (0002-colour)",
  );
  expect(() => refuseUnknown(db, "a.db", [first, second])).not.toThrow();
});

test("another program's tables are refused, an empty file is not", () => {
  const db = new Database(":memory:");
  expect(() => refuseUnknown(db, "a.db")).not.toThrow();
  db.run("CREATE TABLE recipes (name TEXT)");
  expect(() => refuseUnknown(db, "a.db")).toThrow("another program");
});

test("the real migrations have names in order, and no name twice", () => {
  const names = migrations.map((migration) => migration.name);
  expect(names).toEqual([...new Set(names)].toSorted());
  expect(names.length).toBeGreaterThan(0);
});
