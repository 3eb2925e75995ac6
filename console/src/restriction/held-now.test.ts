import type { Rollout } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { heldNow } from "./held-now.ts";

const rollout = (id: string, ...kinds: readonly string[]): Rollout => ({ id, holds: kinds.map((kind) => ({ kind })) }) as never as Rollout;

test("only what people laid over the plans counts, not a rollout's own waves", () =>
  expect(heldNow([rollout("a", "Frozen", "Soaking"), rollout("b", "GateOpen"), rollout("c", "OutsideWindow")])).toMatchObject([
    { rollout: { id: "a" }, hold: { kind: "Frozen" } },
    { rollout: { id: "c" }, hold: { kind: "OutsideWindow" } },
  ]));
