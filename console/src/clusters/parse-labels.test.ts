import { expect, test } from "vitest";
import { parseLabels } from "./parse-labels.ts";

test.each([
  { text: "", want: {} },
  { text: "environment=staging, region=eu", want: { environment: "staging", region: "eu" } },
  { text: "gpu=", want: { gpu: "" } },
])("$text is read", ({ text, want }) => expect(parseLabels(text)).toEqual({ kind: "labels", labels: want }));

test.each(["staging", "=eu", "a=b=c"])("%s is no label", (text) => expect(parseLabels(text)).toMatchObject({ kind: "wrong" }));
