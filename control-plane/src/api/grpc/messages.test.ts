import type { DescMessage } from "@bufbuild/protobuf";
import * as grpc from "@drover/proto/grpc";
import { expect, test } from "vitest";
import { promotion, rollout } from "../api-deps.fixture.ts";
import { fromMessage, toMessage } from "./words.ts";

test("a resource survives the way there and back", () => {
  const there = (message: DescMessage, value: object) => fromMessage(message, toMessage(message, value));
  // int64 is text in protobuf's JSON, and an empty list is left out; nothing else differs.
  const { rollouts: _none, ...rest } = promotion;
  expect(there(grpc.PromotionSchema, promotion)).toEqual({ ...rest, createdAt: "2026-11-21T08:00:00Z" });
  const back = there(grpc.RolloutSchema, { ...rollout, phase: "RollingBack" });
  expect(back).toMatchObject({
    phase: "RollingBack",
    targets: { Succeeded: "1", Waiting: "2" },
    holds: [{ kind: "concurrency" }],
    version: "3",
  });
});

test("a reason's numbers have a field of their own", () => {
  const held = { ...rollout, holds: [{ kind: "Concurrency", message: "2 of 2", inFlight: 2, maxConcurrency: 2 }] };
  expect(fromMessage(grpc.RolloutSchema, toMessage(grpc.RolloutSchema, held))).toMatchObject({
    holds: [{ kind: "Concurrency", message: "2 of 2", details: { inFlight: 2, maxConcurrency: 2 } }],
  });
});
