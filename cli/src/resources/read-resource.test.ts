import { parseFilter } from "@drover/proto/rest";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fieldFilter, queryFor } from "./read-resource.ts";
import { namesOf } from "./resource.ts";
import { resourceNamed, resources } from "./table.ts";

test("kubectl's field selectors become the API's filter", () => {
  expect(fieldFilter("state=Offline,name!=eu-1")).toBe('state = "Offline" AND name != "eu-1"');
});

test("whatever value a field selector has, the filter has it too", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes(",") && text.trim() === text),
      (value) => {
        expect(parseFilter(fieldFilter(`name==${value}`))).toMatchObject({ field: "name", value });
      },
    ),
  );
});

test.each(["", "state", "=a", "a~b"])("%j is no field selector", (text) => {
  expect(() => fieldFilter(text)).toThrow(expect.objectContaining({ code: "FIELD_SELECTOR_INVALID" }));
});

test("what a list cannot be chosen by is refused, not ignored", () => {
  expect(() => queryFor(resourceNamed("releases"), { cluster: "eu-1" })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  expect(queryFor(resourceNamed("cl"), { labels: "a=b", project: undefined })).toEqual({ labels: "a=b" });
});

test("no two resources share a name", () => {
  const all = resources.flatMap(namesOf);
  expect(all).toEqual([...new Set(all)]);
});
