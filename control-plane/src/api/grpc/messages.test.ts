import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import * as grpc from "@drover/proto/grpc";
import * as rest from "@drover/proto/rest";
import type { TObject } from "typebox";
import { expect, test } from "vitest";
import { promotion, rollout } from "../api-deps.fixture.ts";
import { services, unaryMethod } from "./methods.ts";
import { fromMessage, toMessage } from "./words.ts";

const fieldsOf = (message: DescMessage): string[] => message.fields.map(({ jsonName }) => jsonName).sort();
const propertiesOf = (schema: TObject): string[] => Object.keys(schema.properties).sort();

test.each([
  ["Promotion", grpc.PromotionSchema, rest.Promotion],
  ["Rollout", grpc.RolloutSchema, rest.Rollout],
  ["RolloutTarget", grpc.RolloutTargetSchema, rest.RolloutTarget],
  ["RolloutGate", grpc.RolloutGateSchema, rest.RolloutGate],
  ["GateMeasurement", grpc.GateMeasurementSchema, rest.GateMeasurement],
  ["GateApproval", grpc.GateApprovalSchema, rest.GateApproval],
  ["TargetCounts", grpc.TargetCountsSchema, rest.TargetCounts],
  ["Wave", grpc.WaveSchema, rest.Wave],
  ["WhyLink", grpc.WhyLinkSchema, rest.WhyLink],
  ["Why", grpc.WhyResponseSchema, rest.Why],
  ["Trouble", grpc.TroubleSchema, rest.Trouble],
  ["HistoryEntry", grpc.HistoryEntrySchema, rest.HistoryEntry],
  ["History", grpc.GetHistoryResponseSchema, rest.History],
  ["ContentGroup", grpc.ContentGroupSchema, rest.ContentGroup],
  ["Outlier", grpc.OutlierSchema, rest.Outlier],
  ["Outliers", grpc.GetOutliersResponseSchema, rest.Outliers],
  ["TimelineEntry", grpc.TimelineEntrySchema, rest.TimelineEntry],
  ["RolloutPreview", grpc.RolloutPreviewSchema, rest.RolloutPreview],
  ["PreviewedRollout", grpc.PreviewedRolloutSchema, rest.PreviewedRollout],
  ["PreviewWave", grpc.PreviewWaveSchema, rest.PreviewWave],
  ["PreviewChange", grpc.PreviewChangeSchema, rest.PreviewChange],
  ["PreviewCluster", grpc.PreviewClusterSchema, rest.PreviewCluster],
  ["preview", grpc.PreviewRolloutRequestSchema, rest.PreviewRollout],
  ["history", grpc.GetHistoryRequestSchema, rest.routes.getHistory.query],
  ["promote", grpc.PromoteRequestSchema, rest.NewPromotion],
  ["rollback", grpc.RollbackRequestSchema, rest.NewRollback],
  ["list promotions", grpc.ListPromotionsRequestSchema, rest.routes.listPromotions.query],
  ["list rollouts", grpc.ListRolloutsRequestSchema, rest.routes.listRollouts.query],
  ["BreakGlass", grpc.BreakGlassSchema, rest.BreakGlass],
  ["EmergencyStop", grpc.EmergencyStopSchema, rest.EmergencyStop],
  ["break glass", grpc.CreateBreakGlassRequestSchema, rest.NewBreakGlass],
  ["list break-glass", grpc.ListBreakGlassRequestSchema, rest.routes.listBreakGlass.query],
  ["stop", grpc.StopFleetRequestSchema, rest.StopFleet],
  ["resume auto-promotion", grpc.ResumeAutoPromotionRequestSchema, rest.ResumeAutoPromotion],
  ["resumed auto-promotion", grpc.ResumeAutoPromotionResponseSchema, rest.ResumedAutoPromotion],
  ["why", grpc.WhyRequestSchema, rest.routes.explain.query],
] as const)("%s has the same fields in gRPC and REST", (_name, message, schema) => expect(fieldsOf(message)).toEqual(propertiesOf(schema)));

test.each([
  ["pause", grpc.PauseRolloutRequestSchema, rest.PauseRollout],
  ["resume", grpc.ResumeRolloutRequestSchema, rest.ResumeRollout],
  ["abort", grpc.AbortRolloutRequestSchema, rest.AbortRollout],
  ["skip a cluster", grpc.SkipRolloutClusterRequestSchema, rest.SkipRolloutCluster],
  ["skip a wave", grpc.SkipRolloutWaveRequestSchema, rest.SkipRolloutWave],
  ["retry", grpc.RetryRolloutRequestSchema, rest.RetryRollout],
  ["timeline", grpc.GetRolloutTimelineRequestSchema, rest.routes.getRolloutTimeline.query],
  ["list gates", grpc.ListRolloutGatesRequestSchema, rest.routes.listRolloutGates.query],
  ["list targets", grpc.ListRolloutTargetsRequestSchema, rest.routes.listRolloutTargets.query],
] as const)("%s has the same fields, and the id of REST's path", (_name, message, schema) =>
  expect(fieldsOf(message)).toEqual(["rolloutId", ...propertiesOf(schema)].toSorted()),
);

test.each([
  ["approve gate", grpc.ApproveGateRequestSchema],
  ["reject gate", grpc.RejectGateRequestSchema],
  ["override gate", grpc.OverrideGateRequestSchema],
] as const)("%s has the same fields, the id and the name of REST's path", (_name, message) =>
  expect(fieldsOf(message)).toEqual(["gate", "rolloutId", ...propertiesOf(rest.DecideGate)].toSorted()),
);

test.each([
  ["phase", grpc.RolloutPhaseSchema, rest.RolloutPhase.enum],
  ["kind", grpc.RolloutKindSchema, rest.RolloutKind.enum],
  ["scope", grpc.RolloutScopeSchema, rest.RolloutScope.enum],
  ["target state", grpc.TargetStateSchema, rest.TargetState.enum],
  ["preview effect", grpc.PreviewEffectSchema, rest.PreviewCluster.properties.effect.enum],
  ["assignment state", grpc.AssignmentStateSchema, rest.AssignmentState.enum],
  ["gate type", grpc.GateTypeSchema, rest.GateType.enum],
  ["gate state", grpc.GateStateSchema, rest.GateState.enum],
  ["gate when", grpc.GateWhenSchema, rest.GateWhen.enum],
  ["gate decision", grpc.GateDecisionSchema, rest.GateDecision.enum],
  ["promotion state", grpc.PromotionStateSchema, rest.PromotionState.enum],
] as readonly [string, DescEnum, readonly string[]][])("%s has the same words", (_name, words, list) => {
  const wanted = list.map((word) => word.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase());
  expect(words.values.slice(1).map(({ name }) => name.slice(words.values[0]?.name.replace("UNSPECIFIED", "").length))).toEqual(wanted);
});

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

test("every unary method names an operation, and no operation has two", () => {
  const unary = services.flatMap((service) =>
    service.methods.filter(({ methodKind }) => methodKind === "unary").map((method) => unaryMethod(service, method).operation),
  );
  expect(unary.filter((operation) => !(operation in rest.routeTable))).toEqual([]);
  expect(new Set(unary).size).toBe(unary.length);
});
