import { readFileSync } from "node:fs";
import { type DescMethod, type Message, toJson } from "@bufbuild/protobuf";
import { type Client, type OperationId, pathParams, routeTable } from "@drover/proto/rest";
import { credentials, makeGenericClientConstructor, Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerWriter } from "../../control-plane/src/api/grpc/answer-message.ts";
import { operationOf, services } from "../../control-plane/src/api/grpc/methods.ts";
import { serviceDefinition } from "../../control-plane/src/api/grpc/service-definition.ts";
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

type Call = (request: object, metadata: Metadata, done: (error: ServiceError | null, answer?: Message) => void) => void;

async function overGrpc(method: DescMethod, request: object): Promise<unknown> {
  const create = makeGenericClientConstructor(serviceDefinition(method.parent), method.parent.name);
  const client = new create(replica.grpcAddress, credentials.createSsl(readFileSync(world.caFile)));
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${readFileSync(world.tokenFile, "utf8").trim()}`);
  const call = (client as unknown as Record<string, Call>)[method.localName] as Call;
  return new Promise((resolve) =>
    call.call(client, request, metadata, (error, answer) => {
      client.close();
      resolve(answer === undefined ? error?.metadata.get("error-code")[0] : lasting(toJson(method.output, answer)));
    }),
  );
}

/** What changes between two looks, however near. */
const passing = ["at", "lastSeenAt", "lastUsedAt", "reportedAt", "completeSince"];

const lasting = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (passing.includes(key) && typeof inner === "string" ? "a time" : inner)));
