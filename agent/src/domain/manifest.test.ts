import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nameOf, parseName } from "./manifest.ts";

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,20}[a-z0-9])?$/);

test("an object's name is read as it was written", () => {
  const id = fc.record(
    {
      group: fc.oneof(fc.constant(""), label),
      kind: fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,20}$/),
      namespace: fc.option(label, { nil: undefined }),
      name: fc.stringMatching(/^[a-z0-9]([-a-z0-9.:]{0,20}[a-z0-9])?$/),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(id, (one) => {
      expect(parseName(nameOf(one))).toEqual(one);
    }),
  );
});

test("what is no object's name is none", () => {
  for (const text of ["", "ConfigMap", "a b c", "ConfigMap shop/a/b"]) expect(parseName(text)).toBeUndefined();
});
