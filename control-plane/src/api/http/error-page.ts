import { boundaries, DroverError } from "@drover/kit";
import { type ErrorEntry, errorCatalogue } from "@drover/proto/error-catalogue";
import type { FastifyInstance } from "fastify";

const entries = new Map(Object.values(errorCatalogue).flatMap((area) => Object.entries(area)));

/** What the `type` of a problem leads to: plain words, for a browser and for curl alike. */
export function serveErrorPages(app: FastifyInstance): void {
  app.get<{ Params: { code: string } }>("/errors/:code", (request, reply) => {
    const { code } = request.params;
    const entry = entries.get(code);
    if (entry === undefined) throw new DroverError("not-found", "ROUTE_NOT_FOUND", `/errors/${code}: there is no such code`);
    return reply.header("cache-control", "no-cache").type("text/plain; charset=utf-8").send(page(code, entry));
  });
}

function page(code: string, { kind, http, meaning, cause, action }: ErrorEntry): string {
  const status = kind === "shown" ? "it fails no call" : `HTTP ${http ?? boundaries[kind].http}, gRPC ${boundaries[kind].grpc}`;
  return `${code} (${status})\n\n${meaning}\n\nLikely cause: ${cause}\nWhat to do: ${action}\n`;
}
