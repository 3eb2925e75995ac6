import { createAdmit } from "./admit.ts";
import { createAuthenticate } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { createFailedAttempts } from "./failed-attempts.ts";
import { createGrpcServer, type GrpcServer } from "./grpc/server.ts";
import { createHttpServer, type HttpServer } from "./http/server.ts";

/** REST and gRPC behind one gate. PEM certificate and key; the same for both. */
export function createApiServers(
  deps: ApiDeps,
  options: { readonly tls?: { readonly cert: string; readonly key: string } } = {},
): { readonly http: HttpServer; readonly grpc: GrpcServer } {
  const admit = createAdmit(deps, createAuthenticate({ tokens: deps.tokens, failures: createFailedAttempts(deps.clock) }));
  return { http: createHttpServer(deps, { ...options, admit }), grpc: createGrpcServer(deps, { ...options, admit }) };
}
