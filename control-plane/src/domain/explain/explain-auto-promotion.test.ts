import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import type { AutoPromotionHold } from "../promotion/plan-auto-promotion.ts";
import { explainAutoPromotion } from "./explain-auto-promotion.ts";

const revision = "2".repeat(40);
const explain = (because: AutoPromotionHold) => explainAutoPromotion("web", "production", { kind: "hold", from: "staging", because })[0];

test.each([
  {
    because: { kind: "Soaking", revision, until: instant(0) },
    kind: "AutoPromotionSoaking",
    message: "2222222 completed in staging and soaks there until 1970-01-01T00:00:00.000Z; then it is promoted to production",
    action: "promote it now: drover promote web --to production --revision 2222222",
    next: instant(0),
  },
  {
    because: { kind: "ManualPin", revision, pinned: "v1" },
    kind: "AutoPromotionHeld",
    message: "2222222 completed in staging, but a person pinned v1 in production, and that holds auto-promotion",
    action: "drover promotion resume-auto web --environment production --reason TEXT",
  },
  {
    because: { kind: "Frozen", revision, freeze: "launch", reason: "the launch", until: instant(0) },
    kind: "AutoPromotionHeld",
    message: "2222222 completed in staging, but freeze launch holds production until 1970-01-01T00:00:00.000Z: the launch",
    action: "end the freeze in freezes/launch.yaml, or promote by hand: drover promote web --to production --revision 2222222",
    next: instant(0),
  },
  {
    because: { kind: "Quarantined", revision, reason: "it crashes" },
    kind: "AutoPromotionHeld",
    message: "2222222 completed in staging, but it is quarantined: it crashes",
  },
] as const)("$because.kind is explained", ({ because, ...link }) =>
  expect(explain(because)).toMatchObject({ subject: "environments/production/applications/web", ...link }),
);

test("what is not held needs no explanation", () => expect(explainAutoPromotion("web", "production", { kind: "nothing" })).toEqual([]));
