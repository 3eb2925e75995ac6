import { createHash } from "node:crypto";
import { DroverError } from "@drover/kit";
import type { Route } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ApiDeps } from "../deps.ts";
import { type Rendered, send } from "./rendered.ts";

const keyForm = /^[\x21-\x7e]{1,128}$/;

/**
 * Runs `work` once for each (caller, Idempotency-Key) and answers repetitions with the first answer. A failure is forgotten, because it
 * changed nothing. An answer that shows a secret is never stored: its repetition is refused.
 */
export async function answerOnce(
  deps: Pick<ApiDeps, "idempotency" | "log">,
  request: FastifyRequest,
  reply: FastifyReply,
  route: Pick<Route, "secret">,
  work: () => Promise<Rendered>,
): Promise<FastifyReply> {
  const key = String(request.headers["idempotency-key"]);
  if (!keyForm.test(key))
    throw new DroverError("invalid", "IDEMPOTENCY_KEY_INVALID", "Idempotency-Key must be 1 to 128 visible ASCII characters");
  const subject = request.principal?.actor ?? "";
  const begun = await deps.idempotency.begin(subject, key, requestHash(request));
  switch (begun.kind) {
    case "running":
      throw new DroverError(
        "wrong-state",
        "IDEMPOTENCY_IN_PROGRESS",
        "a request with this Idempotency-Key is still running: ask again in a moment",
      );
    case "other-request":
      throw new DroverError("exists", "IDEMPOTENCY_KEY_REUSED", "this Idempotency-Key was used with another request: take a new key");
    case "answered":
      if (begun.answer.body === withheld)
        throw new DroverError(
          "exists",
          "IDEMPOTENCY_ANSWER_WITHHELD",
          "this request was answered with a secret, which is not kept: make another one",
        );
      void reply.header("idempotent-replayed", "true");
      return send(request, reply, begun.answer);
    case "begun": {
      const { startedAt } = begun;
      const rendered = await work().catch(async (error: unknown) => {
        await deps.idempotency.forget(subject, key, startedAt);
        throw error;
      });
      await deps.idempotency.finish(subject, key, startedAt, route.secret === true ? { ...rendered, body: withheld } : rendered);
      return send(request, reply, rendered);
    }
  }
}

/** Stands for an answer that was not kept. No answer with a body is empty. */
const withheld = "";

const requestHash = (request: FastifyRequest): Buffer =>
  createHash("sha256")
    .update(`${request.method} ${request.url}\n`)
    .update(request.rawBody ?? "")
    .digest();
