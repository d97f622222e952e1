/** The password at the door: how often it may be tried. */
import { expect, test } from "bun:test";
import { agentName } from "../../src/auth/agent.ts";
import { createDoor } from "../../src/auth/door.ts";

const limits = { triesPerAddress: 3, tryPerAddressS: 60, triesMax: 6, tryS: 10, triersMax: 3 };

function door(changes: Partial<typeof limits> = {}) {
  const clock = { nowMs: 0 };
  const { enter } = createDoor("right", { ...limits, ...changes }, () => clock.nowMs);
  return { clock, enter };
}

test("the right password opens, however often; tries come back as time goes by", () => {
  const { clock, enter } = door();
  for (let count = 0; count < 10; count += 1) expect(enter("right", "a")).toBe("open");
  for (let count = 0; count < 3; count += 1) expect(enter("wrong", "a")).toBe("wrong");
  expect(enter("right", "a")).toEqual({ waitS: 60 });
  clock.nowMs = 59_000;
  expect(enter("right", "a")).toEqual({ waitS: 1 });
  clock.nowMs = 60_000;
  expect(enter("wrong", "a")).toBe("wrong");
  expect(enter("wrong", "a")).toEqual({ waitS: 60 });
});

test("many addresses together have so many tries, and no more", () => {
  const { clock, enter } = door();
  for (const from of ["a", "a", "a", "b", "b", "b"]) expect(enter("wrong", from)).toBe("wrong");
  expect(enter("right", "c")).toEqual({ waitS: 10 });
  clock.nowMs = 10_000;
  expect(enter("right", "c")).toBe("open");
});

test("those without an address share their tries, and few addresses are remembered", () => {
  const { enter } = door({ triesMax: 100 });
  for (let count = 0; count < 3; count += 1) enter("wrong", null);
  expect(enter("right", null)).toEqual({ waitS: 60 });
  for (const from of ["a", "b", "c"]) enter("wrong", from);
  expect(enter("right", null)).toBe("open");
});

test("a clock that goes backwards gives and takes nothing", () => {
  const { clock, enter } = door();
  for (let count = 0; count < 3; count += 1) enter("wrong", "a");
  clock.nowMs = -1_000_000;
  expect(enter("right", "a")).toEqual({ waitS: 60 });
});

test("no password that is nearly right opens", () => {
  const { enter } = door({ triesPerAddress: 99, triesMax: 99 });
  for (const text of ["", "righ", "right ", "Right", "right\0", "rightright"])
    expect(enter(text, "a")).toBe("wrong");
});

test("browsers are called what people call them", () => {
  const mozilla = "Mozilla/5.0";
  const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
  expect(agentName(`${mozilla} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`)).toBe(
    "Firefox on Linux",
  );
  const edge = `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0 Safari/537.36 Edg/140.0`;
  expect(agentName(edge)).toBe("Edge on Windows");
  const phone = `${mozilla} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1`;
  expect(agentName(phone)).toBe("Safari on iPhone");
  expect(agentName(`${mozilla} (Linux; Android 15) ${webkit} Chrome/140.0 Mobile Safari/537.36`)).toBe(
    "Chrome on Android",
  );
  for (const odd of [null, "", "<script>", "curl/8"]) expect(agentName(odd)).toBe("A browser");
});
