export * from "./gen/google/rpc/error_details_pb.ts";
export * from "./gen/google/rpc/status_pb.ts";
export * from "./gen/grpc/health/v1/health_pb.ts";
