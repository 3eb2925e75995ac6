import type { DescMethod, DescService, JsonObject } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import { HistoryService, PromotionService, QuarantineService, RestrictionService, RolloutService } from "@drover/proto/grpc";
import { type OperationId, pathParams, routeTable } from "@drover/proto/rest";

/** A unary method is a REST operation under another name: same gate, same validation, same handler. */
export interface UnaryMethod {
  readonly operation: OperationId;
  /** Where the answer goes in the response: an item, the items of a list, or (absent) the response itself. */
  readonly field?: string;
}

export const services: readonly DescService[] = [PromotionService, RolloutService, HistoryService, QuarantineService, RestrictionService];

const methods: Readonly<Record<string, UnaryMethod>> = {
  "drover.v1.PromotionService.Promote": { operation: "createPromotion", field: "promotion" },
  "drover.v1.PromotionService.Rollback": { operation: "createRollback", field: "promotion" },
  "drover.v1.PromotionService.PreviewRollback": { operation: "previewRollback" },
  "drover.v1.RolloutService.ListRolloutTransitions": { operation: "listRolloutTransitions", field: "transitions" },
  "drover.v1.PromotionService.GetPromotion": { operation: "getPromotion", field: "promotion" },
  "drover.v1.PromotionService.ListPromotions": { operation: "listPromotions", field: "promotions" },
  "drover.v1.PromotionService.ResumeAutoPromotion": { operation: "resumeAutoPromotion" },
  "drover.v1.RestrictionService.CreateBreakGlass": { operation: "createBreakGlass", field: "breakGlass" },
  "drover.v1.RestrictionService.ListBreakGlass": { operation: "listBreakGlass", field: "breakGlass" },
  "drover.v1.RestrictionService.EndBreakGlass": { operation: "endBreakGlass", field: "breakGlass" },
  "drover.v1.RestrictionService.StopFleet": { operation: "stopFleet", field: "stop" },
  "drover.v1.RestrictionService.ReleaseStop": { operation: "releaseStop", field: "stop" },
  "drover.v1.RestrictionService.GetStop": { operation: "getStop", field: "stop" },
  "drover.v1.RolloutService.GetRollout": { operation: "getRollout", field: "rollout" },
  "drover.v1.RolloutService.ListRollouts": { operation: "listRollouts", field: "rollouts" },
  "drover.v1.RolloutService.ListRolloutTargets": { operation: "listRolloutTargets", field: "targets" },
  "drover.v1.RolloutService.PauseRollout": { operation: "pauseRollout", field: "rollout" },
  "drover.v1.RolloutService.ResumeRollout": { operation: "resumeRollout", field: "rollout" },
  "drover.v1.RolloutService.AbortRollout": { operation: "abortRollout", field: "rollout" },
  "drover.v1.RolloutService.SkipRolloutCluster": { operation: "skipRolloutCluster", field: "rollout" },
  "drover.v1.RolloutService.SkipRolloutWave": { operation: "skipRolloutWave", field: "rollout" },
  "drover.v1.RolloutService.RetryRollout": { operation: "retryRollout", field: "rollout" },
  "drover.v1.QuarantineService.ListQuarantines": { operation: "listQuarantines", field: "quarantines" },
  "drover.v1.QuarantineService.LiftQuarantine": { operation: "liftQuarantine" },
  "drover.v1.HistoryService.GetHistory": { operation: "getHistory" },
  "drover.v1.HistoryService.GetOutliers": { operation: "getOutliers" },
  "drover.v1.HistoryService.GetRolloutTimeline": { operation: "getRolloutTimeline", field: "entries" },
  "drover.v1.RolloutService.PreviewRollout": { operation: "previewRollout", field: "preview" },
  "drover.v1.RolloutService.ListRolloutGates": { operation: "listRolloutGates", field: "gates" },
  "drover.v1.RolloutService.ApproveGate": { operation: "approveGate", field: "gate" },
  "drover.v1.RolloutService.RejectGate": { operation: "rejectGate", field: "gate" },
  "drover.v1.RolloutService.OverrideGate": { operation: "overrideGate", field: "gate" },
  "drover.v1.RolloutService.Why": { operation: "explain" },
};

export function unaryMethod(service: DescService, method: DescMethod): UnaryMethod {
  const found = methods[`${service.typeName}.${method.name}`];
  if (found === undefined)
    throw new DroverError("internal", "INTERNAL", `gRPC method ${service.typeName}.${method.name} names no operation`);
  return found;
}

interface Parts {
  readonly params: JsonObject;
  readonly query: JsonObject;
  readonly body: JsonObject;
}

/** The parts that the operation's REST request would have. `rollout_id` fills the path's `{rollout}`, as a name like `environment` fills its own. */
export function partsOf(operation: OperationId, request: JsonObject): Parts {
  const { path, method } = routeTable[operation];
  const names = pathParams(path);
  const params = Object.fromEntries(names.map((name) => [name, request[`${name}Id`] ?? request[name] ?? ""]));
  const rest = Object.fromEntries(Object.entries(request).filter(([key]) => !names.some((name) => key === `${name}Id` || key === name)));
  return method === "GET" ? { params, query: rest, body: {} } : { params, query: {}, body: rest };
}

export function responseOf(field: string | undefined, answer: object): object {
  if (field === undefined) return answer;
  return "items" in answer
    ? { [field]: answer.items, ...("nextPageToken" in answer ? { nextPageToken: answer.nextPageToken } : {}) }
    : { [field]: answer };
}
