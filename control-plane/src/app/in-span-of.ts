import { activeTraceparent, withSpan } from "@drover/kit/node";
import type { Caller } from "./access/caller.ts";

/** Runs `work` in a span of the caller's trace. What it causes later, here or in a cluster, belongs to that span. */
export const inSpanOf = <T>(caller: Caller, name: string, work: (caller: Caller) => Promise<T>): Promise<T> =>
  withSpan(name, { parent: caller.traceparent }, () => work({ ...caller, traceparent: activeTraceparent() ?? caller.traceparent }));
