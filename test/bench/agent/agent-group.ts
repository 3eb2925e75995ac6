import type { Group } from "../harness/bench.ts";
export const measureAgent: Group = async () => [];
