import type { DescMethod } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import type { OperationId, WatchId } from "@drover/proto/rest";
import { Server, type UntypedHandleCall } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { ServedCertificate } from "../../app/served-certificate.ts";
import type { Admit } from "../admit.ts";
import { allOperations } from "../all-operations.ts";
import { type TrustsProxy, trustsNobody } from "../client-address.ts";
import type { ApiDeps } from "../deps.ts";
import type { Handler } from "../operation.ts";
import { applicationLogs } from "./application-logs.ts";
import { operationOf, services } from "./methods.ts";
import { createReflection } from "./reflection.ts";
import { type OpenStream, serveStream } from "./serve-stream.ts";
import { serveUnary } from "./serve-unary.ts";
import { serverCredentials } from "./server-credentials.ts";
import { serviceDefinition } from "./service-definition.ts";
import { watchEvents } from "./watch-events.ts";
import { createResourceWatches } from "./watch-resources.ts";
import { watchRollout } from "./watch-rollout.ts";

export interface GrpcServerOptions {
  readonly admit: Admit;
  /** Without it the server speaks without TLS: for tests, and behind a proxy on the same machine. */
  readonly tls?: ServedCertificate;
  /** Nobody's when absent. */
  readonly trusts?: TrustsProxy;
}

export interface GrpcServer {
  listen(listener: { readonly host: string; readonly port: number }): Promise<number>;
  /** Says NOT_SERVING from now on and ends watches; calls are still answered. */
  drain(): void;
  close(): Promise<void>;
}

/** What one connection may take of a server that many share. The guide to gRPC tells them. */
const channelOptions = {
  "grpc.max_receive_message_length": 1024 * 1024,
  "grpc.max_concurrent_streams": 256,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
  // Nobody calls and nobody follows: a client that comes back dials anew.
  "grpc.max_connection_idle_ms": 15 * 60_000,
} as const;

const closeDeadlineMs = 5_000;

/** The public services and grpc.health.v1, over the same operations and the same gate as REST. */
export function createGrpcServer(deps: ApiDeps, { admit, tls, trusts = trustsNobody }: GrpcServerOptions): GrpcServer {
  const server = new Server(channelOptions);
  const closing = new AbortController();
  const handlerOf = handlersOf(deps, { admit, trusts, closing: closing.signal });
  for (const service of services)
    server.addService(
      serviceDefinition(service),
      Object.fromEntries(service.methods.map((method) => [method.localName, handlerOf(method)])),
    );
  const names = ["", ...services.map(({ typeName }) => typeName)];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, "SERVING" as const])));
  health.addToServer(server);
  createReflection(services).addToServer(server);

  const drain = (): void => {
    closing.abort();
    for (const name of names) health.setStatus(name, "NOT_SERVING");
  };
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
        server.bindAsync(address, serverCredentials(tls), (cause, bound) => {
          if (cause === null) resolve(bound);
          else reject(new DroverError("unavailable", "LISTEN_FAILED", `listen for gRPC at ${address}: is the port taken?`, { cause }));
        });
      }),
    drain,
    close() {
      drain();
      return new Promise((resolve) => {
        const late = setTimeout(() => server.forceShutdown(), closeDeadlineMs);
        server.tryShutdown(() => {
          clearTimeout(late);
          resolve();
        });
      });
    },
  };
}

interface HandlerOptions {
  readonly admit: Admit;
  readonly trusts: TrustsProxy;
  readonly closing: AbortSignal;
}

function handlersOf(deps: ApiDeps, options: HandlerOptions): (method: DescMethod) => UntypedHandleCall {
  const operations: Partial<Record<OperationId, unknown>> = allOperations(deps);
  const openStream = streamsOf(deps);
  return (method) =>
    method.methodKind === "server_streaming"
      ? serveStream(method, openStream(method), { ...options, deps })
      : serveUnary(method, { ...options, deps, handler: operations[operationOf(method)] as Handler<OperationId> });
}

function streamsOf(deps: ApiDeps): (method: DescMethod) => OpenStream {
  const watchResources = createResourceWatches(deps);
  return (method) => {
    switch (method.localName) {
      case "watchRollout":
        return watchRollout(deps);
      case "watchEvents":
        return watchEvents(deps);
      case "getApplicationLogs":
        return applicationLogs(deps);
      default:
        return watchResources(operationOf(method) as WatchId, method.output);
    }
  };
}
