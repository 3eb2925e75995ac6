import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import {
  ApplicationService,
  AuditService,
  ClusterService,
  EnvironmentService,
  EventService,
  FleetService,
  HistoryService,
  PromotionService,
  PruneService,
  QuarantineService,
  QuestionService,
  ReleaseService,
  RemovalService,
  RestrictionService,
  RolloutService,
  StatusService,
  TokenService,
  VersionService,
} from "@drover/proto/grpc";
import { type OperationId, routeTable } from "@drover/proto/rest";

/** The public services, in the order in which the reference shows them. */
export const services: readonly DescService[] = [
  ClusterService,
  ApplicationService,
  EnvironmentService,
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

/** The REST operation behind a method: same gate, same validation, same handler. */
export function operationOf(method: DescMethod): OperationId {
  const operation = namedOtherwise[method.localName] ?? method.localName;
  if (operation in routeTable) return operation as OperationId;
  throw new DroverError("internal", "INTERNAL", `gRPC method ${method.parent.typeName}.${method.name} names no operation`);
}

/** As clients call it, and as the audit record names it. */
export const targetOf = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;
