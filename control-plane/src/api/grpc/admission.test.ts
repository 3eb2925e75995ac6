import type { DescMethod } from "@bufbuild/protobuf";
import { addressBlock } from "@drover/kit";
import { grantedPermissions, rolePermissions, routeTable } from "@drover/proto/rest";
import type { Client, Metadata } from "@grpc/grpc-js";
import type { FastifyInstance } from "fastify";
import { expect, test } from "vitest";
import { callers, type FakeApi, fakeApi } from "../api-deps.fixture.ts";
import { trustedProxies } from "../client-address.ts";
import { createHttpServer } from "../http/server.ts";
import { call, failure, metadata, serve } from "./grpc-client.fixture.ts";
import { operationOf, services, targetOf } from "./methods.ts";

// Every method as every caller, beside the REST operation that it stands for: both let in whom the table of permissions lets in, tell
// others the same, and leave the same record.

type Caller = keyof typeof callers | "nobody";
const everybody: readonly Caller[] = [...(Object.keys(callers) as (keyof typeof callers)[]), "nobody"];

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
  for (const method of services.flatMap((service) => service.methods)) {
    const client = clients.get(method.parent) as Client;
    overGrpc.refusals.length = 0;
    overRest.refusals.length = 0;
    const decided = everybody.map(async (caller) => {
      const [grpc, rest] = await Promise.all([askGrpc(client, method, caller), askRest(app, method, caller)]);
      return [caller, { grpc, rest, records: [refusalsOf(overGrpc, caller), refusalsOf(overRest, caller)] }];
    });
    const wanted = everybody.map((caller) => {
      const want = decision(method, caller);
      const records = want === "PERMISSION_DENIED" && routeTable[operationOf(method)].method !== "GET" ? 1 : 0;
      return [caller, { grpc: want, rest: want, records: [records, records] }];
    });
    expect([targetOf(method), await Promise.all(decided)]).toEqual([targetOf(method), wanted]);
  }
});

test("failures behind a trusted proxy are counted for whom it names", async () => {
  const { rollouts } = await serve(fakeApi(), { trusts: trustedProxies([addressBlock("127.0.0.0/8")]) });
  const codeFor = async (address: string) =>
    (await failure(call(rollouts, "listRollouts", {}, "stranger", { "x-forwarded-for": address })))?.errorCode;
  for (let attempt = 0; attempt < 20; attempt += 1) await codeFor("192.0.2.1");
  expect(await codeFor("10.9.9.9, 192.0.2.1")).toBe("TOO_MANY_FAILURES");
  expect(await codeFor("192.0.2.2")).toBe("TOKEN_INVALID");
});

test("what a stranger writes into x-forwarded-for changes nothing", async () => {
  const { rollouts } = await serve();
  const codes = new Set<unknown>();
  for (let n = 0; n < 30; n += 1)
    codes.add((await failure(call(rollouts, "listRollouts", {}, "stranger", { "x-forwarded-for": `192.0.2.${n}` })))?.errorCode);
  expect([...codes]).toEqual(["TOKEN_INVALID", "TOO_MANY_FAILURES"]);
});

const refusalsOf = ({ refusals: all }: FakeApi, caller: Caller): number =>
  all.filter(({ actor, result }) => actor === `users/${caller}` && result === "refused").length;

const refusals: readonly unknown[] = ["TOKEN_MISSING", "TOKEN_INVALID", "PERMISSION_DENIED"];
const decisionOf = (code: unknown): unknown => (refusals.includes(code) ? code : "let in");
const tokenOf = (caller: Caller): string => (caller === "nobody" ? "" : caller);

async function askGrpc(client: Client, method: DescMethod, caller: Caller): Promise<unknown> {
  const asked = method.methodKind === "unary" ? call(client, method.localName, {}, tokenOf(caller)) : drained(client, method, caller);
  return decisionOf((await failure(asked))?.errorCode);
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
  return decisionOf(/"code":"(\w+)"/.exec(answer.body)?.[1]);
}
