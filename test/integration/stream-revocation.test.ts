import type { DescService } from "@bufbuild/protobuf";
import { EventService, QuestionService } from "@drover/proto/grpc";
import { expect, onTestFinished, test } from "vitest";
import { createAdmit } from "../../control-plane/src/api/admit.ts";
import { clusterId } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createAuthenticate } from "../../control-plane/src/api/authenticate.ts";
import { createFailedAttempts } from "../../control-plane/src/api/failed-attempts.ts";
import { connectTo, metadata } from "../../control-plane/src/api/grpc/grpc-client.fixture.ts";
import { createGrpcServer } from "../../control-plane/src/api/grpc/server.ts";
import { startApi, type TestApi } from "../support/api.ts";
import { waitUntil } from "../support/wait-until.ts";

/** What the API promises: however long a token was good, its streams end so soon after it is not. */
const cutWithinMs = 5_000;
const unauthenticated = "status 16";

/** A pod that has written one line, and writes nothing more. */
async function* quietLog(signal: AbortSignal): AsyncGenerator<string, void> {
  yield "ready\n";
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

async function startBoth(): Promise<TestApi & { readonly grpcAddress: string }> {
  const api = await startApi(({ reads, ...deps }) => ({
    ...deps,
    reads: {
      ...reads,
      clusters: { ...reads.clusters, idOf: async () => clusterId },
      statuses: { ...reads.statuses, clusterApplication: async () => ({}) as never },
    },
    questions: { ...deps.questions, stream: async (_question, signal) => quietLog(signal) },
  }));
  const { deps } = api;
  const admit = createAdmit(deps, createAuthenticate({ tokens: deps.tokens, failures: createFailedAttempts(deps.clock) }));
  const grpc = createGrpcServer(deps, { admit });
  const port = await grpc.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => grpc.close());
  return { ...api, grpcAddress: `127.0.0.1:${port}` };
}

/** Resolves when the stream has begun; `over` when it ends, with how. */
interface Followed {
  readonly name: string;
  readonly over: Promise<string>;
}

async function followRest(api: TestApi, token: string, name: string, path: string): Promise<Followed> {
  const response = await fetch(api.baseUrl + path, { headers: { authorization: `Bearer ${token}` } });
  expect([name, response.status]).toEqual([name, 200]);
  return {
    name,
    over: response.text().then(
      () => "ended",
      () => "cut",
    ),
  };
}

type Open = (
  request: object,
  token: ReturnType<typeof metadata>,
) => AsyncIterable<unknown> & { once(event: "metadata", heard: () => void): void };

async function followGrpc(address: string, token: string, service: DescService, method: string, request: object): Promise<Followed> {
  const client = connectTo(service, address);
  const stream = ((client as unknown as Record<string, Open>)[method] as Open).call(client, request, metadata(token));
  const begun = new Promise<void>((resolve) => stream.once("metadata", resolve));
  const drain = async (): Promise<string> => {
    for await (const _message of stream) continue;
    return "ended";
  };
  const over = drain().catch((error: { readonly code: number }) => `status ${error.code}`);
  await Promise.race([begun, over]);
  return { name: `gRPC ${method}`, over };
}

test("every kind of stream is cut when its token is revoked, and others' go on", async () => {
  const api = await startBoth();
  const admin = api.client(await api.tokenOf("admin"));
  const made = await admin("createApiToken", { body: { subject: "ada", role: "operator" } });
  const stays = await followRest(api, await api.tokenOf("viewer"), "stays", "/v1/events/watch");
  const logs = "/v1/clusters/eu-1/applications/web/logs?pod=web-0&follow=true";
  const logRequest = { cluster: "eu-1", application: "web", pod: "web-0", follow: true };
  const streams = [
    await followRest(api, made.token, "REST events", "/v1/events/watch"),
    await followRest(api, made.token, "REST clusters", "/v1/clusters/watch"),
    await followRest(api, made.token, "REST logs", logs),
    await followGrpc(api.grpcAddress, made.token, EventService, "watchEvents", {}),
    await followGrpc(api.grpcAddress, made.token, QuestionService, "getApplicationLogs", logRequest),
  ];
  const ends: Record<string, string> = {};
  for (const { name, over } of [...streams, stays]) void over.then((how) => (ends[name] = how));
  expect(ends).toEqual({});

  await admin("revokeApiToken", { params: { token: made.id } });
  await waitUntil("all its streams have ended", () => streams.every(({ name }) => name in ends), cutWithinMs);
  expect(ends).toEqual({
    "REST events": "ended",
    "REST clusters": "ended",
    "REST logs": "ended",
    "gRPC watchEvents": unauthenticated,
    "gRPC getApplicationLogs": unauthenticated,
  });
});
