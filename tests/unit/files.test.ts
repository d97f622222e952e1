/** What people bring: told by its bytes, made small, and refused plainly where it can't be read. */
import { expect, test } from "bun:test";
import { LIMITS } from "../../src/config/limits.ts";
import { kindOf } from "../../src/files/kind.ts";
import { createTake, imageTokens } from "../../src/files/take.ts";
import { pdf } from "../support/pdfs.ts";
import * as pictures from "../support/pictures.ts";
import { randomOf, seedOf } from "../support/random.ts";

const take = createTake(LIMITS, async () => ({ type: "broken" }));
const brought = (name: string, bytes: Buffer | string) => take({ name, bytes: Buffer.from(bytes) });

async function refusalOf(name: string, bytes: Buffer | string): Promise<string> {
  return brought(name, bytes).then(
    () => "taken",
    (error: unknown) => (error instanceof Error ? error.message : "no error"),
  );
}

test("an image of every kind is kept as JPEG or PNG, whatever it is called", async () => {
  const { png, jpeg, webp, gif, bmp } = pictures;
  const given = [png(40, 30), await jpeg(40, 30), await webp(40, 30), gif(1), await bmp(40, 30)];
  for (const bytes of given) {
    const taken = await brought("picture.dat", bytes);
    expect(["image/jpeg", "image/png"]).toContain(taken.type);
    const kept = await new Bun.Image(taken.bytes).metadata();
    expect(`${taken.name} image/${kept.format}`).toBe(`picture.dat ${taken.type}`);
    expect([taken.width, taken.height]).toEqual([kept.width, kept.height]);
    expect(taken.note).toBeNull();
  }
});

test("an image becomes no larger than 1024 × 1024 and 1 MB, and a small one no larger than it was", async () => {
  const random = randomOf(7);
  const noise = () => random.below(256);
  const large = await brought(
    "large.png",
    pictures.png(1600, 1200, () => [noise(), noise(), noise(), 255]),
  );
  expect([large.width, large.height]).toEqual([1024, 768]);
  expect(large.bytes.length).toBeLessThanOrEqual(1024 * 1024);
  expect(large.tokens).toBe(imageTokens(1024, 768));
  const small = await brought("small.png", pictures.png(20, 10));
  expect([small.width, small.height]).toEqual([20, 10]);
});

test("what is see-through stays so, and what has sharp lines has them still", async () => {
  const clear = await brought(
    "clear.png",
    pictures.png(30, 30, (x) => [200, 0, 0, x < 15 ? 0 : 255]),
  );
  expect(clear.type).toBe("image/png");
  const lines = await brought(
    "lines.png",
    pictures.png(300, 300, (x) => (x % 9 ? [255, 255, 255, 255] : [0, 0, 0, 255])),
  );
  expect(lines.type).toBe("image/png");
});

test("a photograph loses where and with what it was made, and stands upright", async () => {
  const bytes = await pictures.photograph(60, 40);
  expect(bytes.includes("GPS 51.5")).toBe(true);
  const taken = await brought("IMG_1.jpg", bytes);
  expect(Buffer.from(taken.bytes).includes("GPS")).toBe(false);
  expect(Buffer.from(taken.bytes).includes("Exif")).toBe(false);
  expect([taken.width, taken.height]).toEqual([40, 60]);
});

test("of what is animated the first picture is kept, and that is said", async () => {
  const moving = [pictures.gif(2), await pictures.animatedWebp(40, 30)];
  for (const bytes of moving) expect(await brought("moving", bytes)).toMatchObject({ note: "first" });
  expect(await brought("moving", await pictures.animatedWebp(40, 30))).toMatchObject({
    width: 40,
    height: 30,
  });
});

test("an image that is a text is refused, and a text is not", async () => {
  expect(await refusalOf("cat.png", "I am a cat.")).toBe("“cat.png” is called a picture, but holds text.");
  expect(await refusalOf("cat.txt", "I am a cat.")).toBe("taken");
});

test("an image cut anywhere is refused as incomplete, none is kept in part", async () => {
  const { png, jpeg, webp, gif, bmp } = pictures;
  for (const bytes of [png(40, 30), await jpeg(40, 30), await webp(40, 30), await bmp(40, 30)]) {
    for (let share = 0.2; share < 1; share += 0.1) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      expect(await refusalOf("cut", cut)).toBe("“cut” is damaged or incomplete: its picture can't be read.");
    }
    expect(await refusalOf("cut", bytes.subarray(0, -2))).toContain("incomplete");
  }
  expect(await refusalOf("cut", gif(1).subarray(0, 24))).toContain("incomplete");
});

test("an image of too many pixels is refused by its head, before any of it is decoded", async () => {
  const startMs = performance.now();
  expect(await refusalOf("huge.png", pictures.blackPng(10_000, 10_001, true))).toBe(
    "“huge.png” has 101 megapixels; at most 40 can be read. Make it smaller.",
  );
  expect(await refusalOf("huge.jpg", pictures.jpegHead(10_000, 10_001))).toContain("at most 100");
  // All of a picture that comes in several passes is in memory at once.
  expect(await refusalOf("huge.jpg", pictures.jpegHead(7000, 7000, 0xc2))).toContain("at most 40");
  expect(await refusalOf("flat.png", pictures.blackPng(2 ** 31, 2 ** 31, true))).toContain("megapixels");
  expect(performance.now() - startMs).toBeLessThan(500);
});

test("a head that promises pixels which are not there is refused", async () => {
  expect(await refusalOf("none.png", pictures.blackPng(5000, 5000, true))).toContain("incomplete");
  expect(await refusalOf("none.jpg", pictures.jpegHead(5000, 5000))).toContain("incomplete");
});

test("an SVG is a text like any other, script and all, and never an image", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;
  expect(await brought("drawing.svg", svg)).toMatchObject({ type: "text/plain", width: null });
  expect(await refusalOf("drawing.png", svg)).toContain("holds text");
});

test("images that only other machines read, and what is neither image nor text are refused by name", async () => {
  const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0", "latin1");
  expect(await refusalOf("IMG.HEIC", heic)).toContain("Save it as JPEG or PNG");
  expect(await refusalOf("a.pdf", "%PDF-1.7\n")).toContain("damaged");
  expect(await refusalOf("program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]))).toContain("neither");
  expect(await refusalOf("none.txt", "")).toBe("“none.txt” is empty.");
  expect(await refusalOf("blank.txt", " \n ")).toBe("“blank.txt” is empty.");
});

test("a text that tells of PDF is a text, and a PDF with something before it is one", async () => {
  const told = "A PDF begins with %PDF-1.7 and ends with %%EOF.";
  expect(await brought("notes.md", told)).toMatchObject({ type: "text/plain", pages: null });
  const behind = Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), pdf(["One"])]);
  expect([kindOf(behind), kindOf(pdf(["One"]))]).toEqual([{ kind: "pdf" }, { kind: "pdf" }]);
});

test("texts of several encodings are kept as UTF-8, with their tokens", async () => {
  const text = "Größe,Maß\r\n1,2\r\n";
  const kept = "Größe,Maß\n1,2\n";
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16, Buffer.from(text, "latin1")]) {
    const taken = await brought("sizes.csv", bytes);
    expect(Buffer.from(taken.bytes).toString()).toBe(kept);
    expect(taken.tokens).toBe(Math.ceil(Buffer.byteLength(kept) / 4) + 20);
  }
});

test("a text of too many tokens is refused, with what it has and what it may have", async () => {
  const long = "word ".repeat(90_000);
  expect(await refusalOf("long.txt", long)).toBe(
    "“long.txt” is about 112,520 tokens; a file may have 100,000.",
  );
});

test("a name is one line without a path, and can't look like another [I5, I6]", async () => {
  const named = async (name: string) => (await brought(name, "text")).name;
  expect(await named("../../etc/passwd")).toBe("passwd");
  expect(await named("C:\\Users\\me\\a.txt")).toBe("a.txt");
  expect(await named("a\r\nX: y.txt")).toBe("aX: y.txt");
  expect(await named("exe.\u202etxt")).toBe("exe.txt");
  expect(await named(" ")).toBe("file");
  const long = await named(`${"x".repeat(300)}.csv`);
  expect(long).toHaveLength(LIMITS.fileNameChars);
  expect(long).toEndWith("….csv");
});

test("no bytes make it do anything but take or refuse [I10]", async () => {
  const random = randomOf(seedOf("files"));
  const whole = [pictures.png(9, 9), await pictures.jpeg(9, 9), await pictures.webp(9, 9), pictures.gif(2)];
  for (let round = 0; round < 400; round += 1) {
    const bytes = Buffer.from(whole[round % whole.length] ?? "");
    for (let changes = 0; changes < 4; changes += 1) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    const cut = bytes.subarray(0, random.below(bytes.length * 2));
    kindOf(cut);
    const said = await refusalOf("any", cut);
    expect(said === "taken" || said.includes("“any”")).toBe(true);
  }
}, 20_000);
