import { withDeadline } from "@drover/kit/node";
import type { HttpOnly } from "../all-operations.ts";
import type { ApiDeps, ReadinessCheck } from "../deps.ts";
import { openApiDocument } from "./openapi.ts";
import type { Handlers, TextAnswer } from "../operation.ts";

const checkDeadlineMs = 2_000;

export function healthOperations(deps: Pick<ApiDeps, "readiness" | "metrics" | "version">, isDraining: () => boolean): Handlers<HttpOnly> {
  const document = openApiDocument(deps.version);
  const ready = async ({ query }: { readonly query: { readonly verbose?: string } }): Promise<TextAnswer> => {
    const drain: ReadinessCheck = {
      name: "not-draining",
      check: async () => (isDraining() ? Promise.reject(new Error("draining")) : undefined),
    };
    const results = await Promise.all([drain, ...deps.readiness].map(runCheck));
    const ok = results.every((result) => result.ok);
    // What failed is said by name only: this route needs no token, and an error's text may name hosts.
    const lines = results.map((result) => `[${result.ok ? "+" : "-"}]${result.name} ${result.ok ? "ok" : "failed"}\n`);
    const closing = ok ? "ok" : "not ready";
    return plain(query.verbose === undefined ? closing : `${lines.join("")}${closing}\n`, ok ? 200 : 503);
  };

  return {
    getLiveness: async () => plain("ok"),
    getReadiness: ready,
    getHealth: ready,
    async getMetrics() {
      const { text, contentType } = await deps.metrics();
      return { text, contentType };
    },
    getOpenApi: async () => document,
  };
}

const plain = (text: string, status = 200): TextAnswer => ({ text, contentType: "text/plain; charset=utf-8", status });

async function runCheck({ name, check }: ReadinessCheck): Promise<{ readonly name: string; readonly ok: boolean }> {
  try {
    await withDeadline(check(AbortSignal.timeout(checkDeadlineMs)), checkDeadlineMs, `check ${name}`);
    return { name, ok: true };
  } catch {
    return { name, ok: false };
  }
}
