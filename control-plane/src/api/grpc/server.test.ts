import { DroverError } from "@drover/kit";
import type { Event } from "@drover/proto/rest";
import { credentials, makeGenericClientConstructor, type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";
import { expect, onTestFinished, test } from "vitest";
import { fakeApi, rollout } from "../api-deps.fixture.ts";
import { call, failure, metadata, serve } from "./grpc-client.fixture.ts";
import { services } from "./methods.ts";

const promote = { application: "web", environment: "staging", revision: "abc", reason: "try it" };

test("promotes by the same use case, and answers the promotion", async () => {
  const api = fakeApi();
  const { promotions } = await serve(api);
  const answer = await call(promotions, "promote", promote, "operator");
  expect(answer).toMatchObject({ promotion: { id: "p1", state: 1, kind: 1, createdAt: { seconds: 1795248000n } } });
  expect(api.ran).toEqual(["promote"]);
});

test("breaks the glass and stops the fleet by the same use cases, for those who may", async () => {
  const api = fakeApi();
  const { restrictions } = await serve(api);
  const glass = { environment: "staging", reason: "the site is down", ttl: "1h" };
  expect(await call(restrictions, "createBreakGlass", glass)).toMatchObject({ breakGlass: { id: "b1", state: 1 } });
  expect(await call(restrictions, "stopFleet", { reason: "wrong images" })).toMatchObject({ stop: { stopped: true } });
  expect(await call(restrictions, "releaseStop", { reason: "mended" })).toMatchObject({ stop: { stopped: false } });
  expect(await failure(call(restrictions, "stopFleet", { reason: "wrong images" }, "operator"))).toMatchObject({
    errorCode: "PERMISSION_DENIED",
  });
  expect(api.ran).toEqual(["beginBreakGlass", "stopFleet", "releaseStop"]);
});

const changes = { promote: promote, rollback: { application: "web", environment: "staging", reason: "back" } };
const controls = {
  pauseRollout: {},
  resumeRollout: {},
  abortRollout: {},
  skipRolloutCluster: { cluster: "a" },
  skipRolloutWave: { wave: "canary" },
  retryRollout: {},
};
const reads = { getRollout: { rolloutId: "r1" }, listRollouts: {}, listRolloutTargets: { rolloutId: "r1" }, why: { rollout: "r1" } };

test.each([
  ...Object.entries(changes).map(([method, request]) => ({ service: "promotions" as const, method, request, needs: "operator" })),
  ...Object.entries(controls).map(([method, more]) => ({
    service: "rollouts" as const,
    method,
    request: { rolloutId: "r1", reason: "x", ...more },
    needs: "operator",
  })),
  ...Object.entries(reads).map(([method, request]) => ({ service: "rollouts" as const, method, request, needs: "viewer" })),
  { service: "promotions" as const, method: "getPromotion", request: { promotionId: "p1" }, needs: "viewer" },
  { service: "promotions" as const, method: "listPromotions", request: {}, needs: "viewer" },
])("$method lets in who may, and nobody else", async ({ service, method, request, needs }) => {
  const api = fakeApi();
  const { [service]: client } = await serve(api);
  expect(await failure(call(client, method, request, ""))).toMatchObject({ code: status.UNAUTHENTICATED, errorCode: "TOKEN_MISSING" });
  const asViewer = await call(client, method, request, "viewer").then(
    () => 0,
    ({ code }: ServiceError) => code,
  );
  expect(asViewer).toBe(needs === "operator" ? status.PERMISSION_DENIED : 0);
  expect(api.refusals).toHaveLength(needs === "operator" ? 1 : 0);
  expect(api.ran).toEqual([]);
  await call(client, method, request, needs);
});

test("refuses what REST refuses, with the same code and the caller's request id", async () => {
  const { promotions, rollouts } = await serve();
  const empty = await failure(call(promotions, "promote", { application: "web" }, "operator", { "x-request-id": "mine" }));
  expect(empty).toEqual({ code: status.INVALID_ARGUMENT, errorCode: "REQUEST_INVALID", requestId: "mine" });
  expect(await failure(call(rollouts, "listRollouts", { pageSize: 501 }))).toMatchObject({ errorCode: "REQUEST_INVALID" });
  expect(await failure(call(rollouts, "why", { environment: "staging" }))).toMatchObject({ errorCode: "WHY_SUBJECT_INVALID" });
  expect(await failure(call(rollouts, "getRollout", {}))).toMatchObject({ code: status.INVALID_ARGUMENT });
});

test("an error keeps its kind", async () => {
  const stale = () => Promise.reject(new DroverError("stale", "REVISION_CHANGED", "it moved"));
  const { promotions } = await serve(fakeApi((deps) => ({ ...deps, commands: { ...deps.commands, promote: stale } })));
  expect(await failure(call(promotions, "promote", promote))).toMatchObject({ code: status.ABORTED, errorCode: "REVISION_CHANGED" });
});

test("one idempotency-key has one effect", async () => {
  const api = fakeApi();
  const { promotions } = await serve(api);
  const once = { "idempotency-key": "k1" };
  const [first, again] = [
    await call(promotions, "promote", promote, "admin", once),
    await call(promotions, "promote", promote, "admin", once),
  ];
  expect(again).toEqual(first);
  expect(api.ran).toEqual(["promote"]);
  expect(await failure(call(promotions, "promote", { ...promote, revision: "x" }, "admin", once))).toMatchObject({
    code: status.ALREADY_EXISTS,
    errorCode: "IDEMPOTENCY_KEY_REUSED",
  });
});

test("tells the use case when the client's deadline is over, and takes its giving up for no fault", async () => {
  const counted = Promise.withResolvers<number>();
  const api = fakeApi((deps) => ({
    ...deps,
    observe: ({ code }) => counted.resolve(code),
    reads: {
      ...deps.reads,
      explain: (_subject, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true })),
    },
  }));
  const { rollouts } = await serve(api);
  const late = await failure(call(rollouts, "why", { rollout: "r1" }, "viewer", {}, { deadline: Date.now() + 300 }));
  expect(late?.code).toBe(status.DEADLINE_EXCEEDED);
  expect([status.DEADLINE_EXCEEDED, status.CANCELLED]).toContain(await counted.promise);
});

test("a watch sends each state once and ends with the rollout", async () => {
  const states = [rollout, { ...rollout, version: 4 }, { ...rollout, version: 4 }, { ...rollout, version: 5, phase: "Completed" as const }];
  async function* batches(): AsyncGenerator<readonly Event[], void> {
    for (let n = 0; n < 10; n += 1) yield [];
  }
  const api = fakeApi((deps) => ({
    ...deps,
    events: { ...deps.events, watch: async () => batches() },
    reads: { ...deps.reads, rollouts: { ...deps.reads.rollouts, get: async () => states.shift() ?? rollout } },
  }));
  const { rollouts } = await serve(api);
  const stream = (
    rollouts as unknown as { watchRollout(request: object, metadata: Metadata): AsyncIterable<{ rollout: { version: bigint } }> }
  ).watchRollout({ rolloutId: "r1" }, metadata("viewer"));
  const versions: bigint[] = [];
  for await (const answer of stream) versions.push(answer.rollout.version);
  expect(versions).toEqual([3n, 4n, 5n]);
});

type WatchHealth = (request: object) => AsyncIterable<{ readonly status: string }>;

test("health says SERVING of every service until the server drains, and tells those who watch", async () => {
  const { grpc, port } = await serve();
  const health = new (makeGenericClientConstructor(healthService, "Health"))(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => health.close());
  for (const service of ["", ...services.map(({ typeName }) => typeName)])
    expect([service, await call(health, "check", { service })]).toMatchObject([service, { status: "SERVING" }]);
  const told = (health as unknown as { readonly watch: WatchHealth })
    .watch({ service: "drover.v1.RolloutService" })
    [Symbol.asyncIterator]();
  expect((await told.next()).value).toEqual({ status: "SERVING" });
  grpc.drain();
  expect((await told.next()).value).toEqual({ status: "NOT_SERVING" });
  expect(await call(health, "check", { service: "" })).toMatchObject({ status: "NOT_SERVING" });
  await told.return?.();
});
