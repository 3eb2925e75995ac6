export * from "./gate_pb.ts";
export * from "./history_pb.ts";
export * from "./history_service_pb.ts";
export * from "./promotion_pb.ts";
export * from "./promotion_service_pb.ts";
export * from "./reason_pb.ts";
export * from "./rollout_pb.ts";
export * from "./rollout_service_pb.ts";
