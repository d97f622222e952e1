/** How text that grew in pieces is put together, and what the file's JSON keeps. */
import { expect, test } from "bun:test";
import {
  array,
  assert,
  constant,
  integer,
  json,
  nat,
  oneof,
  option,
  property,
  record,
  string,
  type Arbitrary,
} from "fast-check";
import type { Part } from "../../src/domain.ts";
import {
  decodeFailure,
  decodeParts,
  decodeText,
  encodeParts,
  encodeText,
  fold,
} from "../../src/store/parts.ts";

const anyText = string({
  unit: integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});
const anyPart: Arbitrary<Part> = oneof(
  record({ type: constant("text" as const), text: anyText }),
  record({
    type: constant("reasoning" as const),
    text: anyText,
    durationMs: option(nat(), { nil: null }),
  }),
);

test("parts of any text read back as they were", () => {
  assert(property(array(anyPart), (parts) => expect(decodeParts(encodeParts(parts))).toEqual(parts)));
  assert(property(anyText, (text) => expect(decodeText(encodeText(text))).toBe(text)));
});

test("it makes no difference how a reply's growth was cut into pieces", () => {
  const grown = record({ text: anyText, reasoning: anyText });
  assert(
    property(array(anyPart), grown, grown, (parts, a, b) => {
      const once = fold(parts, { text: a.text + b.text, reasoning: a.reasoning + b.reasoning });
      const twice = fold(fold(parts, a), b);
      const isUnchanged = once === parts;
      expect(isUnchanged ? twice === parts : encodeParts(twice) === encodeParts(once)).toBe(true);
    }),
  );
});

test("the same parts give the same JSON whatever order their fields are in", () => {
  expect(encodeParts([{ text: "a", type: "text" }])).toBe(encodeParts([{ type: "text", text: "a" }]));
});

test("no JSON makes reading throw", () => {
  assert(
    property(oneof(string(), json()), (input) => {
      decodeParts(input);
      decodeFailure(input);
      decodeText(input);
    }),
  );
  expect(decodeParts('{"length":1}')).toBeNull();
  expect(decodeParts('[{"type":"text"}]')).toBeNull();
  expect(decodeFailure('{"kind":"constructor","status":1,"detail":""}')).toBeNull();
});
