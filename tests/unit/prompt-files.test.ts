/** Files in what a model is asked: how many go along, to whom, and as what. */
import { expect, test } from "bun:test";
import { fillIn, type PromptMessage } from "../../src/chat/files/fill.ts";
import { buildPrompt } from "../../src/chat/prompt.ts";
import type { FilePart, Message, Part } from "../../src/domain.ts";

function image(file: string, tokens = 100): FilePart {
  return { type: "image", file, name: `${file}.png`, bytes: 10, tokens, width: 280, height: 280 };
}

function text(file: string, tokens = 100): FilePart {
  return { type: "file", file, name: `${file}.txt`, bytes: 10, tokens };
}

function path(...messages: Part[][]): Message[] {
  return messages.map((parts, index) => ({
    id: `${index}`,
    conversation: "c",
    parent: index === 0 ? null : `${index - 1}`,
    role: index % 2 === 0 ? "user" : "assistant",
    parts,
    createdMs: 0,
    generation: null,
    siblings: [],
  }));
}

const said = (words: string): Part => ({ type: "text", text: words });

const options = {
  ...{ systemPrompt: null, tokensMax: 1000, correction: 1, isContinued: false },
  ...{ takesImages: null, imagesMax: 10 },
};

const told = (messages: PromptMessage[]) =>
  messages.map(({ content, files = [] }) => [content, ...files.map(({ file }) => file)].join(" "));

test("a message's files go along with it, and one of files alone is a message", () => {
  const { messages, tokensEstimate } = buildPrompt(path([said("Look"), image("a"), text("b")], []), options);
  expect(told(messages)).toEqual(["Look a b"]);
  expect(tokensEstimate).toBe(100 + 100 + 5);
  expect(told(buildPrompt(path([said(""), image("a")], []), options).messages)).toEqual([" a"]);
});

test("files count: what does not fit leaves with its message, the newest never does", () => {
  const long = path([said("One"), image("a", 300)], [said("Yes")], [said("Two"), text("b", 300)], []);
  const kept = (tokensMax: number) => told(buildPrompt(long, { ...options, tokensMax }).messages);
  expect(kept(620)).toEqual(["One a", "Yes", "Two b"]);
  expect(kept(600)).toEqual(["Two b"]);
  expect(kept(10)).toEqual(["Two b"]);
});

test("more images than go along at once leave with their messages, the oldest first", () => {
  const many = path(
    [said("One"), image("a")],
    [said("Yes")],
    [said("Two"), image("b")],
    [said("Yes")],
    [image("c")],
    [],
  );
  const kept = (imagesMax: number) => told(buildPrompt(many, { ...options, imagesMax }).messages);
  expect(kept(3)).toEqual(["One a", "Yes", "Two b", "Yes", " c"]);
  expect(kept(2)).toEqual(["Two b", "Yes", " c"]);
  expect(kept(0)).toEqual([" c"]);
});

test("who can't see images is told that there was one", () => {
  const { messages } = buildPrompt(path([said("Look"), image("a"), text("b")], []), {
    ...options,
    takesImages: false,
  });
  expect(told(messages)).toEqual(['Look\n\n[Picture "a.png"] b']);
});

test("two messages in a row become one, with the files of both", () => {
  const failed = path([said("One"), image("a")], [], [said("Two"), image("b")], []);
  expect(told(buildPrompt(failed, options).messages)).toEqual(["One\n\nTwo a b"]);
});

const request = (messages: PromptMessage[]) => ({ model: "m", messages, maxTokens: 1, temperature: 0 });

test("a text is put between fences that it can't end, an image beside the words", async () => {
  const read = async (_owner: string, id: string) =>
    id === "a"
      ? { type: "image/png" as const, bytes: new Uint8Array([1, 2, 3]) }
      : { type: "text/plain" as const, bytes: Buffer.from("```js\nx\n```\n") };
  const message: PromptMessage = { role: "user", content: "Read", files: [image("a"), text("b")] };
  const { messages } = await fillIn(read, "ann", request([message]));
  expect(messages).toEqual([
    {
      role: "user",
      content: 'File "b.txt":\n````\n```js\nx\n```\n````\n\nRead',
      images: ["data:image/png;base64,AQID"],
    },
  ]);
});

test("where nothing is to be read, nothing is waited for; what has gone meanwhile is left out", async () => {
  const plain = request([{ role: "user", content: "Hello" }]);
  expect(fillIn(async () => null, "ann", plain)).toBe(plain);
  const { messages } = await fillIn(
    async () => null,
    "ann",
    request([{ role: "user", content: "Hello", files: [image("a")] }]),
  );
  expect(messages).toEqual([{ role: "user", content: "Hello" }]);
});
