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
  const released = {
    manager: "drover-released",
    operation: "Update",
    apiVersion: "v1",
    fieldsType: "FieldsV1",
    fieldsV1: { "f:metadata": { "f:annotations": { "f:drover.dev/released-from": {} } } },
  };
  expect(disowned(live, "shop.abcdefgh")).toEqual({
    ...live,
    metadata: {
      name: "a",
      resourceVersion: "7",
      labels: { tier: "web" },
      annotations: { "drover.dev/released-from": "shop" },
      managedFields: [{ manager: "kubectl-edit", operation: "Update" }, released],
    },
  });
});

test("leaves another owner's object alone", () => expect(disowned(live, "other.abcdefgh")).toBeUndefined());
