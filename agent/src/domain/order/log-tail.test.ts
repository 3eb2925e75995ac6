import fc from "fast-check";
import { expect, test } from "vitest";
import { logTail } from "./log-tail.ts";

test.each([
  { name: "joins lines", log: "starting\nfailed\n", want: "starting | failed" },
  { name: "drops colours, empty lines and other control characters", log: "\u001b[31mred\u001b[0m\r\n\n\tta\u0000b\n", want: "red | ta b" },
  { name: "is empty where nothing was written", log: "\n", want: "" },
])("$name", ({ log, want }) => expect(logTail(log)).toBe(want));

test("keeps the end of any log, within bounds, as text that can be sent", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), (log) => {
      const tail = logTail(`${log} the cause`);
      expect(tail.length).toBeLessThanOrEqual(200);
      expect(tail.isWellFormed()).toBe(true);
      expect(tail.endsWith("the cause")).toBe(true);
    }),
  );
});
