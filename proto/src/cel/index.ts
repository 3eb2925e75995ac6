export * from "./compile-expression.ts";
