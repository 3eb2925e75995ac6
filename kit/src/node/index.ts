export * from "./clock.ts";
export * from "./failpoint.ts";
export * from "./lifecycle.ts";
export * from "./lines.ts";
export * from "./log.ts";
export * from "./tracing.ts";
