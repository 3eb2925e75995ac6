import { expect, test } from "vitest";
import { parseLabelSelector } from "./parse-label-selector.ts";

test.each([
  { text: "env=prod", want: [{ key: "env", operator: "In", values: ["prod"] }] },
  { text: "env == prod", want: [{ key: "env", operator: "In", values: ["prod"] }] },
  { text: "env!=prod", want: [{ key: "env", operator: "NotIn", values: ["prod"] }] },
  {
    text: "region in (eu, us),gpu",
    want: [
      { key: "region", operator: "In", values: ["eu", "us"] },
      { key: "gpu", operator: "Exists" },
    ],
  },
  {
    text: "region notin (eu),!old",
    want: [
      { key: "region", operator: "NotIn", values: ["eu"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  },
  { text: "drover.dev/tier=", want: [{ key: "drover.dev/tier", operator: "In", values: [""] }] },
])("reads $text", ({ text, want }) => expect(parseLabelSelector(text).matchExpressions).toEqual(want));

test.each(["", "env=", "a=b=c", "=x", "a in (b", "a,,b", "env>3", "a in b", `${"a,".repeat(40)}a`].filter((text) => text !== "env="))(
  "refuses %j",
  (text) => expect(() => parseLabelSelector(text)).toThrow(/LABEL|label selector/),
);
