/** Makes PDFs of every kind, sound and harmful, without a file on the disk. */
import { deflateSync } from "node:zlib";
import { encryption, type Cipher } from "./pdf-cipher.ts";

export type PdfOptions = {
  /** Objects in a compressed stream of their own, and a table that is one too, as programs write since PDF 1.5. */
  isPacked?: boolean;
  cipher?: Cipher;
  /** Of who opens it; with an empty one everybody can. */
  password?: string;
};

/** With each page's text on it, a line below the other; an empty one has nothing drawn on it. */
export function pdf(pages: string[], { isPacked = false, cipher, password = "" }: PdfOptions = {}): Buffer {
  const chars = [...new Set(pages.join("").replaceAll("\n", ""))];
  const drawn = pages.map((text) => stream(deflated(drawing(text, chars))));
  const objects = skeleton(pages.length, (n) => `/Contents ${firstPage + 2 * n + 1} 0 R`);
  objects[font] = plain(`<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode ${toUnicode} 0 R >>`);
  objects[toUnicode] = stream(deflated(mapOf(chars)));
  for (const [n, content] of drawn.entries()) objects[firstPage + 2 * n + 1] = content;
  if (isPacked) return packed(objects);
  return cipher === undefined ? written(objects) : encrypted(objects, cipher, password);
}

/** Pages that are all drawn by `content`, which has been through so many compressions. */
export function pdfDrawn(content: Buffer | string, compressions = 1, pages = 1): Buffer {
  let body = Buffer.from(content);
  for (let n = 0; n < compressions; n += 1) body = deflateSync(body, { level: 9 });
  const objects = skeleton(pages, () => `/Contents ${firstPage + 1} 0 R`);
  objects[font] = plain("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  const filters = "/FlateDecode ".repeat(compressions);
  objects[firstPage + 1] = { dictionary: `/Filter [ ${filters}]`, body };
  return written(objects);
}

/**
 * One line in a script of East Asia, by a table of codes that each reader has to bring along (ISO 32000-1, 9.7.5.2):
 * neither the font nor what its codes mean is in the file.
 */
export function tablePdf(table: string, ordering: string, codes: string): Buffer {
  const objects = skeleton(1, () => `/Contents ${firstPage + 1} 0 R`);
  const system = `/CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >>`;
  const below = `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Far ${system} >>`;
  const look = `/Subtype /Type0 /BaseFont /Far /Encoding /${table} /DescendantFonts [${below}]`;
  objects[font] = plain(`<< /Type /Font ${look} >>`);
  objects[firstPage + 1] = { dictionary: "", body: Buffer.from(`BT /F 12 Tf 50 800 Td <${codes}> Tj ET`) };
  return written(objects);
}

/** A thousand pages of 20 MB each, in which nothing is drawn: minutes of work, in little memory. */
export function slowPdf(): Buffer {
  return pdfDrawn("q Q ".repeat(5e6), 1, 1000);
}

/** Drawings that are made of others, each of which shows the next so often: so many as would take years. */
export function manifoldPdf(levels = 12, times = 30): Buffer {
  const objects = skeleton(1, () => `/Contents ${firstPage + 1} 0 R`);
  const first = firstPage + 2;
  const look = objects[firstPage];
  if (look?.dictionary)
    look.dictionary = look.dictionary.replace("/Font", `/XObject << /X ${first} 0 R >> /Font`);
  objects[firstPage + 1] = { dictionary: "", body: Buffer.from("/X Do") };
  for (let n = 0; n < levels; n += 1) {
    const next = `/Resources << /XObject << /X ${first + n + 1} 0 R >> >>`;
    const body = Buffer.from(n === levels - 1 ? "" : "/X Do ".repeat(times));
    objects[first + n] = { dictionary: `/Type /XObject /Subtype /Form /BBox [0 0 9 9] ${next}`, body };
  }
  return written(objects);
}

/** Two nodes, each the other's parent and its child. */
export function cyclicPdf(): Buffer {
  return written([
    plain("null"),
    plain("<< /Type /Catalog /Pages 2 0 R >>"),
    plain("<< /Type /Pages /Kids [3 0 R] /Count 5 >>"),
    plain("<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 5 >>"),
  ]);
}

type PdfObject = { dictionary: string; body: Buffer | null };

const [font, toUnicode, firstPage] = [3, 4, 5];

function plain(dictionary: string): PdfObject {
  return { dictionary, body: null };
}

function stream({ filter, bytes }: { filter: string; bytes: Buffer }): PdfObject {
  return { dictionary: `/Filter ${filter}`, body: bytes };
}

function deflated(text: string) {
  return { filter: "/FlateDecode", bytes: deflateSync(text) };
}

function skeleton(count: number, more: (n: number) => string): PdfObject[] {
  const kids = Array.from({ length: count }, (_, n) => `${firstPage + 2 * n} 0 R`).join(" ");
  const objects = [
    plain("null"),
    plain("<< /Type /Catalog /Pages 2 0 R >>"),
    plain(`<< /Type /Pages /Kids [${kids}] /Count ${count} >>`),
    plain("null"),
    plain("null"),
  ];
  const look = `/Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F ${font} 0 R >> >>`;
  for (let n = 0; n < count; n += 1) {
    objects[firstPage + 2 * n] = plain(`<< /Type /Page ${look} ${more(n)} >>`);
    objects[firstPage + 2 * n + 1] = plain("null");
  }
  return objects;
}

function drawing(text: string, chars: string[]): string {
  if (text === "") return "";
  const codes = (line: string) => [...line].map((char) => hex(chars.indexOf(char) + 1, 2)).join("");
  const lines = text.split("\n").map((line) => `<${codes(line)}> Tj T*`);
  return `BT /F 12 Tf 14 TL 50 800 Td ${lines.join(" ")} ET`;
}

/** Which character each code stands for. */
function mapOf(chars: string[]): string {
  const utf16 = (char: string) =>
    Array.from({ length: char.length }, (_, n) => hex(char.charCodeAt(n), 4)).join("");
  const lines = chars.map((char, n) => `<${hex(n + 1, 2)}> <${utf16(char)}>`);
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def
    1 begincodespacerange <00> <ff> endcodespacerange
    ${lines.map((line) => `1 beginbfchar ${line} endbfchar`).join("\n")}
    endcmap CMapName currentdict /CMap defineresource pop end end`;
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}

function bytesOf({ dictionary, body }: PdfObject): Buffer {
  if (body === null) return Buffer.from(dictionary, "latin1");
  const head = Buffer.from(`<< ${dictionary} /Length ${body.length} >>\nstream\n`, "latin1");
  return Buffer.concat([head, body, Buffer.from("\nendstream")]);
}

/** Number 0 is none. */
function placed(objects: PdfObject[]): { parts: Buffer[]; places: number[]; end: number } {
  const parts = [Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  const places = [0];
  let end = parts[0]?.length ?? 0;
  for (const [number, object] of objects.entries()) {
    if (number === 0) continue;
    const part = Buffer.concat([
      Buffer.from(`${number} 0 obj\n`),
      bytesOf(object),
      Buffer.from("\nendobj\n"),
    ]);
    places.push(end);
    parts.push(part);
    end += part.length;
  }
  return { parts, places, end };
}

function written(objects: PdfObject[], trailer = ""): Buffer {
  const { parts, places, end } = placed(objects);
  const rows = places.slice(1).map((place) => `${`${place}`.padStart(10, "0")} 00000 n \n`);
  const table = `xref\n0 ${places.length}\n0000000000 65535 f \n${rows.join("")}`;
  const tail = `trailer\n<< /Size ${places.length} /Root 1 0 R ${trailer}>>\nstartxref\n${end}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(table + tail, "latin1")]);
}

function encrypted(objects: PdfObject[], cipher: Cipher, password: string): Buffer {
  const { dictionary, encrypt, id } = encryption(cipher, password);
  const sealed = objects.map((object, number) =>
    object.body === null ? object : { ...object, body: encrypt(object.body, number) },
  );
  const trailer = `/Encrypt ${sealed.length} 0 R /ID [<${id}> <${id}>] `;
  return written([...sealed, plain(dictionary)], trailer);
}

function packed(objects: PdfObject[]): Buffer {
  const inside = [...objects.entries()].filter(([number, { body }]) => number > 0 && body === null);
  let at = 0;
  const heads = inside.map(([number, { dictionary }]) => {
    const head = `${number} ${at}`;
    at += dictionary.length + 1;
    return head;
  });
  const head = `${heads.join(" ")}\n`;
  const content = head + inside.map(([, { dictionary }]) => dictionary).join("\n");
  const holder = objects.length;
  const outside = objects.map((object, number) => (object.body === null || number === 0 ? null : object));
  const holding = {
    dictionary: `/Type /ObjStm /N ${inside.length} /First ${head.length} /Filter /FlateDecode`,
    body: deflateSync(content),
  };
  const { parts, places, end } = placed([...outside.map((each) => each ?? plain("null")), holding]);
  const rows = [...places, end].map((place, number) => {
    const index = inside.findIndex(([each]) => each === number);
    return row(number === 0 ? 0 : index >= 0 ? 2 : 1, index >= 0 ? holder : place, Math.max(0, index));
  });
  const size = rows.length;
  const table = {
    dictionary: `/Type /XRef /Size ${size} /W [1 4 2] /Root 1 0 R /Filter /FlateDecode`,
    body: deflateSync(Buffer.concat(rows)),
  };
  const tail = Buffer.from(`\nendobj\nstartxref\n${end}\n%%EOF\n`);
  return Buffer.concat([...parts, Buffer.from(`${size - 1} 0 obj\n`), bytesOf(table), tail]);
}

function row(type: number, place: number, index: number): Buffer {
  const bytes = Buffer.alloc(7);
  bytes[0] = type;
  bytes.writeUInt32BE(place, 1);
  bytes.writeUInt16BE(index, 5);
  return bytes;
}
