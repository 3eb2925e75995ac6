import { expect, test } from "vitest";
import { detailsInWords } from "./details-in-words.ts";

test.each([
  {
    name: "the reason of an edit stands before what was edited",
    details: { edit: { kind: "set-pin", environment: "production", reason: "CHG-1209" } },
    want: "CHG-1209, kind set-pin, environment production",
  },
  { name: "lists are words", details: { changed: ["a.yaml", "b.yaml"], message: "soak" }, want: "soak, changed a.yaml b.yaml" },
  {
    name: "what stands in two places is said once",
    details: { reason: "good in staging", edit: { kind: "set-pin", reason: "good in staging" } },
    want: "good in staging, kind set-pin",
  },
  { name: "nobody said why", details: { reason: "", id: "oawu" }, want: "id oawu" },
  { name: "nothing is said of nothing", details: { revision: null, names: [], count: 2 }, want: "count 2" },
])("$name", ({ details, want }) => expect(detailsInWords(details)).toBe(want));
