import { DroverError } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Filter, parseFilter, printFilter } from "./filter.ts";

const where = (field: string, operator: string, value: string) => ({ kind: "compare", field, operator, value });
const shape = (filter: Filter): unknown =>
  JSON.parse(JSON.stringify(filter, (key, value: unknown) => (key === "position" ? undefined : value)));

test.each([
  { text: "state = Offline", want: where("state", "=", "Offline") },
  { text: 'name:"eu-"', want: where("name", ":", "eu-") },
  { text: "createdAt>=2026-11-21T08:00:00Z", want: where("createdAt", ">=", "2026-11-21T08:00:00Z") },
  { text: String.raw`reason = 'it\'s "so"'`, want: where("reason", "=", `it's "so"`) },
  { text: "a=1 AND b=2 AND c=3", want: { kind: "and", terms: [where("a", "=", "1"), where("b", "=", "2"), where("c", "=", "3")] } },
  {
    text: "a=1 AND (b=2 OR NOT c!=3)",
    want: {
      kind: "and",
      terms: [where("a", "=", "1"), { kind: "or", terms: [where("b", "=", "2"), { kind: "not", term: where("c", "!=", "3") }] }],
    },
  },
  { text: "NOTE = NOTHING", want: where("NOTE", "=", "NOTHING") },
])("reads $text", ({ text, want }) => expect(shape(parseFilter(text))).toEqual(want));

test.each([
  { text: "", message: "read filter, character 1: expected the name of a field, found the end" },
  { text: "state", message: "read filter, character 6: expected one of != <= >= = < > : after state, found the end" },
  { text: "state = ", message: "read filter, character 9: expected a value after =, found the end" },
  { text: "a=1 and b=2", message: 'read filter, character 5: expected AND, OR or the end, found "and"' },
  { text: "a=1 AND b=2 OR c=3", message: "read filter, character 16: AND and OR side by side need parentheses" },
  { text: "(a=1", message: "read filter, character 5: expected AND, OR or ), found the end" },
  { text: 'a="1', message: 'read filter, character 3: expected a value after =, found """' },
  { text: "(".repeat(20), message: "read filter, character 17: it is nested more than 16 deep" },
  { text: Array.from({ length: 51 }, () => "a=1").join(" OR "), message: "read filter, character 351: it compares more than 50 times" },
  { text: `a=${"1".repeat(2000)}`, message: "read filter, character 2000: it is longer than 2000 characters" },
])("refuses $text", ({ text, message }) => expect(() => parseFilter(text)).toThrow(message));

const comparisons = fc.record({
  kind: fc.constant("compare" as const),
  field: fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/),
  operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">=", ":" as const),
  value: fc.string({ maxLength: 20, unit: "binary" }),
  position: fc.constant(0),
});

const filters = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    comparisons,
    fc.record({ kind: fc.constant("not" as const), term: tie("filter") }),
    fc.record({ kind: fc.constantFrom("and", "or"), terms: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }) }),
  ),
})).filter;

test("reads back what it prints", () => {
  fc.assert(
    fc.property(filters, (filter) => {
      const text = printFilter(filter);
      fc.pre(text.length <= 2000);
      expect(shape(parseFilter(text))).toEqual(shape(filter));
    }),
  );
});

function failureOf(text: string): unknown {
  try {
    parseFilter(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

const scraps = fc.constantFrom(
  "a",
  "state",
  "=",
  "!=",
  ":",
  "(",
  ")",
  "AND",
  "OR",
  "NOT",
  '"',
  "'",
  "\\",
  " ",
  "\n",
  "*",
  "1",
  "\u{1F600}",
);

test("never fails with anything but its own error and a position in the text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.array(scraps, { maxLength: 200 }).map((parts) => parts.join(" ")),
      ),
      (text) => {
        const error = failureOf(text);
        const position = error instanceof DroverError && error.code === "FILTER_INVALID" ? Number(error.details["position"]) : 0;
        expect(error === undefined || (position >= 1 && position <= text.length + 1)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});
