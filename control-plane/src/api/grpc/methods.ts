import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import {
  ApplicationService,
  AuditService,
  ClusterService,
  EnvironmentService,
  EventService,
  FleetService,
  FreezeService,
  HistoryService,
  NotificationService,
  ProjectService,
  PromotionService,
  PruneService,
  QuarantineService,
  QuestionService,
  ReleaseService,
  RemovalService,
  RestrictionService,
  RolloutService,
  StatusService,
  StrategyService,
  TokenService,
  VersionService,
} from "@drover/proto/grpc";
import { type OperationId, routeTable } from "@drover/proto/rest";

/** The public services, in the order in which the reference shows them. */
export const services: readonly DescService[] = [
  ClusterService,
  ApplicationService,
  EnvironmentService,
  StrategyService,
  ProjectService,
  FreezeService,
  ReleaseService,
  FleetService,
  PromotionService,
  RolloutService,
  RestrictionService,
  QuarantineService,
  RemovalService,
  PruneService,
  StatusService,
  QuestionService,
  HistoryService,
  EventService,
  NotificationService,
  AuditService,
  TokenService,
  VersionService,
];

/** Every other method does the operation of its own name. */
const namedOtherwise: Readonly<Record<string, OperationId>> = {
  promote: "createPromotion",
  rollback: "createRollback",
  why: "explain",
  watchRollout: "getRollout",
};

/** Operations without a method, and why. */
export const withoutMethod: Readonly<Partial<Record<OperationId, string>>> = {
  getLiveness: "a probe: grpc.health.v1 is gRPC's own",
  getReadiness: "a probe: grpc.health.v1 is gRPC's own",
  getHealth: "a probe: grpc.health.v1 is gRPC's own",
  getMetrics: "Prometheus reads it over HTTP",
  getOpenApi: "gRPC describes itself by reflection",
  receiveGithubPush: "git hosts call it over HTTP, signed in a form of their own",
  receiveGitlabPush: "git hosts call it over HTTP, proven in a form of their own",
  receiveGiteaPush: "git hosts call it over HTTP, signed in a form of their own",
  getEnrolmentChallenge: "an agent's first words, in the contract between agents and servers, before it has an identity",
  enrol: "an agent's first words, in the contract between agents and servers, before it has an identity",
  renew: "an agent's words about its own identity, signed with its key",
};

/** The REST operation behind a method: same gate, same validation, same handler. */
export function operationOf(method: DescMethod): OperationId {
  const operation = namedOtherwise[method.localName] ?? method.localName;
  if (operation in routeTable) return operation as OperationId;
  throw new DroverError("internal", "INTERNAL", `gRPC method ${method.parent.typeName}.${method.name} names no operation`);
}

/** As clients call it, and as the audit record names it. */
export const targetOf = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;
