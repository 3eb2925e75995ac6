import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { leftoverLive } from "./leftover.ts";
import { stuckFinalizers } from "./stuck.ts";

const since = Date.parse("2026-01-01T00:00:00Z");
const dying = leftoverLive({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/a", "example.com/b"] },
});
const after = (minutes: number) => stuckFinalizers(dying, instant(since + minutes * 60_000));

test("a dying object is stuck after ten minutes, and says who holds it", () => {
  expect(after(9.9)).toBeUndefined();
  expect(after(12)).toEqual({
    reason: "FinalizerStuck",
    message: "deleted 12 minutes ago and held by example.com/a, example.com/b: whoever put it there has to let go",
  });
});
