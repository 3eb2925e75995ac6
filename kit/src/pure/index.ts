export * from "./backoff.ts";
export * from "./errors.ts";
export * from "./ids.ts";
export * from "./json.ts";
export * from "./plural.ts";
export * from "./secret.ts";
export * from "./selector.ts";
export * from "./time.ts";
