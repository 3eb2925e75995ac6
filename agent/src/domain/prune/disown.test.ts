import { expect, test } from "vitest";
import { disowned } from "./disown.ts";

const live = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: "a",
    resourceVersion: "7",
    labels: { "drover.dev/owner": "shop.abcdefgh", tier: "web" },
    annotations: { "drover.dev/application": "shop" },
    managedFields: [
      { manager: "drover/default", operation: "Apply" },
      { manager: "kubectl-edit", operation: "Update" },
    ],
  },
  data: { a: "1" },
};

test("gives up label, annotation and fields, and nothing else", () => {
  expect(disowned(live, "shop.abcdefgh")).toEqual({
    ...live,
    metadata: {
      name: "a",
      resourceVersion: "7",
      labels: { tier: "web" },
      annotations: {},
      managedFields: [{ manager: "kubectl-edit", operation: "Update" }],
    },
  });
});

test("clears the managers of fields when nobody else is left", () => {
  const alone = { ...live, metadata: { ...live.metadata, managedFields: [{ manager: "drover/default", operation: "Apply" }] } };
  expect(disowned(alone, "shop.abcdefgh")?.metadata["managedFields"]).toEqual([{}]);
});

test("leaves another owner's object alone", () => expect(disowned(live, "other.abcdefgh")).toBeUndefined());
