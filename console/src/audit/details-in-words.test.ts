import { expect, test } from "vitest";
import { detailsInWords } from "./details-in-words.ts";

test.each([
  {
    name: "the reason of an edit stands before what was edited",
    details: { edit: { kind: "set-pin", environment: "production", reason: "CHG-1209" } },
    want: "CHG-1209, kind set-pin, environment production",
  },
  { name: "lists are words", details: { changed: ["a.yaml", "b.yaml"], message: "soak" }, want: "soak, changed a.yaml b.yaml" },
  { name: "nothing is said of nothing", details: { revision: null, names: [], count: 2 }, want: "count 2" },
])("$name", ({ details, want }) => expect(detailsInWords(details)).toBe(want));
