import type { DescMethod } from "@bufbuild/protobuf";
import { grantedPermissions, rolePermissions, routeTable } from "@drover/proto/rest";
import type { Client, Metadata } from "@grpc/grpc-js";
import type { FastifyInstance } from "fastify";
import { expect, test } from "vitest";
import { callers, fakeApi } from "../api-deps.fixture.ts";
import { createHttpServer } from "../http/server.ts";
import { call, failure, metadata, serve } from "./grpc-client.fixture.ts";
import { operationOf, services, targetOf } from "./methods.ts";

// Every method as every caller, beside the REST operation that it stands for: both let in whom the table of permissions lets in, tell
// others the same, and leave the same record.

type Caller = keyof typeof callers | "nobody";
const everybody: readonly Caller[] = [...(Object.keys(callers) as (keyof typeof callers)[]), "nobody"];

const table = services
  .flatMap((service) => service.methods)
  .flatMap((method) => everybody.map((caller) => ({ method, caller, want: decision(method, caller) })));

function decision(method: DescMethod, caller: Caller): string {
  const { permission } = routeTable[operationOf(method)];
  if (permission === "public") return "let in";
  if (caller === "nobody") return "TOKEN_MISSING";
  const { role, approves, overrides } = callers[caller];
  const granted = [
    ...(approves.length > 0 ? [grantedPermissions.approves] : []),
    ...(overrides.length > 0 ? [grantedPermissions.overrides] : []),
  ];
  return [...rolePermissions[role], ...granted].includes(permission) ? "let in" : "PERMISSION_DENIED";
}

test("gRPC and REST let in the same callers to the same operations, and record the same refusals", async () => {
  const [overGrpc, overRest] = [fakeApi(), fakeApi()];
  const { connect } = await serve(overGrpc);
  const { app } = createHttpServer(overRest.deps);
  const clients = new Map(services.map((service) => [service, connect(service)]));
  const wanted: unknown[] = [];
  const found: unknown[] = [];
  for (const { method, caller, want } of table) {
    const route = routeTable[operationOf(method)];
    const isRecorded = want === "PERMISSION_DENIED" && route.method !== "GET" ? 1 : 0;
    const about = `${targetOf(method)} as ${caller}`;
    wanted.push([about, { grpc: want, rest: want, records: [isRecorded, isRecorded] }]);
    overGrpc.refusals.length = 0;
    overRest.refusals.length = 0;
    const [grpc, rest] = [await askGrpc(clients.get(method.parent) as Client, method, caller), await askRest(app, method, caller)];
    const records = [overGrpc, overRest].map(({ refusals }) => refusals.filter(({ result }) => result === "refused").length);
    found.push([about, { grpc, rest, records }]);
  }
  expect(found).toEqual(wanted);
});

const refusals: readonly unknown[] = ["TOKEN_MISSING", "TOKEN_INVALID", "PERMISSION_DENIED"];
const decided = (code: unknown): unknown => (refusals.includes(code) ? code : "let in");
const tokenOf = (caller: Caller): string => (caller === "nobody" ? "" : caller);

async function askGrpc(client: Client, method: DescMethod, caller: Caller): Promise<unknown> {
  const asked = method.methodKind === "unary" ? call(client, method.localName, {}, tokenOf(caller)) : drained(client, method, caller);
  return decided((await failure(asked))?.errorCode);
}

type Stream = (request: object, metadata: Metadata) => AsyncIterable<unknown>;

async function drained(client: Client, { localName }: DescMethod, caller: Caller): Promise<void> {
  const open = (client as unknown as Record<string, Stream>)[localName] as Stream;
  for await (const _message of open.call(client, {}, metadata(tokenOf(caller)))) continue;
}

async function askRest(app: FastifyInstance, method: DescMethod, caller: Caller): Promise<unknown> {
  const route = routeTable[operationOf(method)];
  const answer = await app.inject({
    method: route.method,
    url: route.path.replaceAll(/\{\w+\}/g, "x"),
    ...(route.body === undefined ? {} : { payload: {} }),
    headers: caller === "nobody" ? {} : { authorization: `Bearer ${caller}` },
  });
  return decided(/"code":"(\w+)"/.exec(answer.body)?.[1]);
}
