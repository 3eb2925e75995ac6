import { fillPath } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { StoredAnswer } from "../../app/access/idempotency.ts";
import { isText } from "../operation.ts";
import { compress, isCompressed } from "./compress.ts";
import { encodedTag, matches, tagOf } from "./entity-tag.ts";

export function render(status: number, answer: unknown, location: string | undefined): StoredAnswer {
  if (isText(answer)) return { status: answer.status ?? status, headers: { "content-type": answer.contentType }, body: answer.text };
  if (answer === undefined) return { status, headers: {}, body: "" };
  const headers = { "content-type": "application/json; charset=utf-8" };
  if (location === undefined) return { status, headers, body: JSON.stringify(answer) };
  return { status, headers: { ...headers, location: fillPath(location, answer as Record<string, string>) }, body: JSON.stringify(answer) };
}

export const send = (reply: FastifyReply, { status, headers, body }: StoredAnswer): FastifyReply =>
  reply.code(status).headers(headers).send(body);

/**
 * What was only read: with a tag, not at all to who has it, and compressed for who takes that. No other answer is compressed: a secret is
 * shown by changes alone, and its length is to tell nothing.
 */
export async function sendRead(
  { headers: asked }: FastifyRequest,
  reply: FastifyReply,
  { status, headers, body }: StoredAnswer,
  version: number | undefined,
): Promise<FastifyReply> {
  void reply.headers({ ...headers, "cache-control": "private, no-cache", vary: "accept-encoding" });
  const bytes = Buffer.from(body);
  const plain = tagOf(bytes, version);
  const inGzip = isCompressed(bytes, [asked["accept-encoding"]].flat().join());
  void reply.header("etag", inGzip ? encodedTag(plain, "gzip") : plain);
  if (matches(asked["if-none-match"], plain)) return reply.code(304).send();
  if (!inGzip) return reply.code(status).send(bytes);
  return reply
    .code(status)
    .header("content-encoding", "gzip")
    .send(await compress(bytes));
}
