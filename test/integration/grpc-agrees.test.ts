import { readFileSync } from "node:fs";
import { type DescMethod, type Message, toJson } from "@bufbuild/protobuf";
import { type Client, type OperationId, pathParams, routeTable } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerWriter } from "../../control-plane/src/api/grpc/answer-message.ts";
import { call, connectTo, failure } from "../../control-plane/src/api/grpc/grpc-client.fixture.ts";
import { operationOf, services } from "../../control-plane/src/api/grpc/methods.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// Everything that can be read of a real fleet, asked for over both protocols.

const stops: (() => Promise<void>)[] = [];
let world: TestControlPlane;
let replica: Replica;
let api: Client;
const names: Record<string, string> = {
  application: "web",
  environment: "production",
  cluster: "eu-1",
  strategy: "in-waves",
  project: "default",
};

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  const web = await pushSmallFleet(world, ["eu-1"]);
  replica = await world.start();
  api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 1);
  const agent = await startSimulatedAgent(world, replica, api, "eu-1");
  stops.push(agent.stop);
  const rollout = await promote(api, await web.push(webFiles("1")));
  await untilCompleted(api, rollout.id);
  const { items: promotions } = await api("listPromotions");
  const { assignment } = await api("getClusterApplication", { params: { cluster: "eu-1", application: "web" } });
  Object.assign(names, { rollout: rollout.id, promotion: promotions[0]?.id, release: rollout.release, digest: assignment.bundle });
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** Asked of the cluster's agent, and this one has no objects to speak of. */
const questions: readonly OperationId[] = ["getApplicationTree", "getApplicationDiff", "getApplicationEvents", "getLiveObject"];
/** What must be asked for. */
const queries = (): Readonly<Partial<Record<OperationId, Record<string, string>>>> => ({
  explain: { rollout: names["rollout"] ?? "" },
  search: { q: "web" },
});

const reads = services
  .flatMap((service) => service.methods)
  .filter(({ methodKind }) => methodKind === "unary")
  .map((method) => ({ method, name: method.name, operation: operationOf(method) }))
  .filter(({ operation }) => routeTable[operation].method === "GET" && !questions.includes(operation));

test.each(reads)("$name answers a real fleet as REST does", async ({ method, operation }) => {
  const ids = pathParams(routeTable[operation].path);
  const params = Object.fromEntries(ids.map((name) => [name, names[name] ?? "nothing"]));
  const fields = ids.map((name) => [method.input.field[`${name}Id`] === undefined ? name : `${name}Id`, params[name]]);
  const query = queries()[operation];
  const [grpc, rest] = await Promise.all([
    overGrpc(method, { ...Object.fromEntries(fields), ...query }),
    overRest(method, operation, { params, query }),
  ]);
  expect(grpc).toEqual(rest);
});

async function overRest(method: DescMethod, operation: OperationId, input: object): Promise<unknown> {
  const ask = api as unknown as (operation: OperationId, input: object) => Promise<object>;
  return ask(operation, input).then(
    (answer) => lasting(toJson(method.output, answerWriter(operation, method)(answer))),
    ({ code }: { readonly code: string }) => code,
  );
}

async function overGrpc(method: DescMethod, request: object): Promise<unknown> {
  const client = connectTo(method.parent, replica.grpcAddress, readFileSync(world.caFile));
  const token = readFileSync(world.tokenFile, "utf8").trim();
  return call(client, method.localName, request, token).then(
    (answer) => lasting(toJson(method.output, answer as unknown as Message)),
    async (error: unknown) => (await failure(Promise.reject(error as Error)))?.errorCode,
  );
}

/** What changes between two looks, however near. */
const passing = ["at", "lastSeenAt", "lastUsedAt", "reportedAt", "completeSince"];

const lasting = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (passing.includes(key) && typeof inner === "string" ? "a time" : inner)));
