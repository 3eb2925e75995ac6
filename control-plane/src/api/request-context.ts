import { randomUUID } from "node:crypto";
import { activeTraceparent } from "@drover/kit/node";

const requestIdForm = /^[A-Za-z0-9._:-]{1,64}$/;
const traceparentForm = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's own id when it is short and plain, so that their log and ours meet; otherwise one of ours. */
export const requestIdOf = (given: unknown): string => (typeof given === "string" && requestIdForm.test(given) ? given : randomUUID());

/** The trace that a change belongs to: our span where tracing is on, otherwise the caller's. */
export const traceparentOf = (given: unknown): string | undefined =>
  activeTraceparent() ?? (typeof given === "string" && traceparentForm.test(given) ? given : undefined);
