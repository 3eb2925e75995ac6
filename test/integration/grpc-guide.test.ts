import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Client } from "@drover/proto/rest";
import { locate } from "@drover/tools";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { commandsIn } from "../support/guide-commands.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// A client that is not ours and has none of our files: it learns the API from the server.

const stops: (() => Promise<void>)[] = [];
let world: TestControlPlane;
let replica: Replica;
let api: Client;
let folder: string;
let revision: string;
let rollout: string;
let cursor: string;

const [preamble = "", ...blocks] = commandsIn("grpc.md");
const tried = new Set<string>();

/** Types the guide's block about a method, as it stands there but for the reader's own things. */
async function type(method: string): Promise<{ readonly out: string; readonly said: string }> {
  const block = method === "list" ? preamble : (blocks.find((one) => one.includes(method)) ?? "");
  expect([method, block]).not.toEqual([method, ""]);
  tried.add(block);
  return shell(block === preamble ? block : `${definition}\n${block}`);
}

const definition = preamble.split("\n")[0] ?? "";

const shell = async (script: string): Promise<{ readonly out: string; readonly said: string }> => (await start(script)).ended;

interface Running {
  /** Resolves with the first thing it prints. */
  readonly begun: Promise<unknown>;
  readonly ended: Promise<{ readonly out: string; readonly said: string }>;
}

async function start(script: string): Promise<Running> {
  const words = { "drover.example.com:9443": replica.grpcAddress, REVISION: revision, ROLLOUT: rollout, CURSOR: cursor };
  const meant = Object.entries(words).reduce((text, [word, mean]) => text.replaceAll(word, mean), script);
  const path = [dirname(await locate("grpcurl")), process.env["PATH"]].join(delimiter);
  const options = { cwd: folder, env: { PATH: path }, timeout: 30_000 };
  const running = promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", meant], options);
  const begun = new Promise((resolve) => running.child.stdout?.once("data", resolve));
  return { begun, ended: running.then(({ stdout, stderr }) => ({ out: stdout, said: stderr })) };
}

const watchEverything = (token: string): Promise<Running> => {
  const watch = `drover_grpc -d '{"after": "CURSOR"}' drover.example.com:9443 drover.v1.EventService/WatchEvents || true`;
  return start(`${definition.replace("cat token", `cat ${token}`)}\n${watch}`);
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
  ({ cursor } = await api("listEvents", { query: { pageSize: 1 } }));
  const first = await promote(api, await web.push(webFiles("1")));
  await untilCompleted(api, first.id);
  rollout = first.id;
  revision = await web.push(webFiles("2"));
  folder = join(world.folder, "grpc");
  await mkdir(folder);
  await cp(world.caFile, join(folder, "ca.crt"));
  await cp(world.tokenFile, join(folder, "token"));
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

test("lists and describes services by reflection", async () => {
  const { out } = await type("list");
  for (const service of ["drover.v1.ClusterService", "drover.v1.QuestionService", "grpc.health.v1.Health"]) expect(out).toContain(service);
  expect(out).toContain("rpc ListClusters ( .drover.v1.ListClustersRequest ) returns ( .drover.v1.ListClustersResponse );");
});

test("asks and changes", async () => {
  const { clusters } = JSON.parse((await type("ListClusters")).out) as { clusters: readonly object[] };
  expect(clusters).toMatchObject([{ name: "eu-1", state: "CLUSTER_STATE_CONNECTED", labels: { tier: "production" } }]);
  const [once, again] = [await type("PromotionService/Promote"), await type("PromotionService/Promote")];
  expect(JSON.parse(once.out)).toMatchObject({ promotion: { application: "web", revision, reason: "new prices" } });
  expect(again.out).toBe(once.out);
});

test("follows a rollout to its end, and events from a cursor", async () => {
  const { out } = await type("WatchRollout");
  expect(JSON.parse(out)).toMatchObject({ rollout: { id: rollout, phase: "ROLLOUT_PHASE_COMPLETED" } });
  const events = await type("WatchEvents");
  expect(events.out).toContain('"kind": "RolloutChanged"');
  expect(events.said).toContain("Code: DeadlineExceeded");
});

test("follows a list: what is there, then what changes", async () => {
  const { out, said } = await type("WatchClusters");
  expect(out.indexOf("CHANGE_TYPE_ADDED")).toBeLessThan(out.indexOf("CHANGE_TYPE_SYNCED"));
  expect(out).toContain('"name": "eu-1"');
  expect(said).toContain("Code: DeadlineExceeded");
});

test("reads why a call fails", async () => {
  const { said } = await type("ClusterService/GetCluster");
  const guide = await readFile(new URL("../../docs/guides/grpc.md", import.meta.url), "utf8");
  expect(guide).toContain(said.split("\n").slice(0, 9).join("\n"));
  expect(said).toContain("google.rpc.RequestInfo");
});

test("asks for health", async () => expect(JSON.parse((await type("Health/Check")).out)).toEqual({ status: "SERVING" }));

test("no command of the guide is left out", () => expect([...tried].toSorted()).toEqual([preamble, ...blocks].toSorted()));

test("a stream ends within five seconds of its token's end", async () => {
  const { id, token } = await api("createApiToken", { body: { subject: "ada", role: "viewer" } });
  await writeFile(join(folder, "ada"), token);
  const { begun, ended } = await watchEverything("ada");
  await begun;
  await api("revokeApiToken", { params: { token: id } });
  const revokedAt = performance.now();
  const { said } = await ended;
  expect(performance.now() - revokedAt).toBeLessThan(5_000);
  expect(said).toContain("Code: Unauthenticated");
  expect(said).toContain('"reason": "TOKEN_INVALID"');
});

test("a server that stops says so to those who follow", async () => {
  const { begun, ended } = await watchEverything("token");
  await begun;
  const stopped = replica.process.stop(10_000);
  const { said } = await ended;
  expect(said).toContain("Code: Unavailable");
  expect(said).toContain('"reason": "SERVER_DRAINING"');
  await stopped;
});
