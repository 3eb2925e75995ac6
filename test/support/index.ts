export * from "./database.ts";
export * from "./wait-until.ts";
