import { instant, rfc3339 } from "@drover/kit";
import { type ApplicationStatus, pruneListHash } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeOldApprovals } from "../../control-plane/src/adapters/pg/removal/prune-approvals.ts";
import { startApi } from "../support/api.ts";
import { assign, bundleOf } from "../support/assigned.ts";
import { droverCli } from "../support/drover-cli.ts";
import { enrolAgent, fetchEnvelope, sendReport, startTransport, type Transport, type WireAgent } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

const listOf = (...names: readonly string[]) => ({
  hash: pruneListHash(names.map((name) => ({ group: "", kind: "ConfigMap", namespace: "default", name }))),
  objects: names.length,
});

/** An enrolled agent that was given an application and holds deletions back. */
async function holding(name: string, application: string, held: ApplicationStatus["held"], seq = 1): Promise<WireAgent> {
  const agent = await enrolAgent(transport, name);
  await assign(transport.database, agent.cluster, application, "v1");
  await report(agent, application, held, seq);
  return agent;
}

async function report(agent: WireAgent, application: string, held: ApplicationStatus["held"], seq: number): Promise<void> {
  const connection = await agent.connect();
  const status: ApplicationStatus = {
    application,
    generation: 1,
    bundle: bundleOf(application, "v1"),
    sync: "OutOfSync",
    health: "Healthy",
    reason: "PruneHeld",
    failing: [],
    ...(held && { held }),
    objects: 9,
    drifted: 0,
    observedAt: rfc3339(instant(1_800_000_000_000)),
  };
  expect(await sendReport(connection, agent, { seq, applications: [status] })).toMatchObject({ kind: "accepted" });
  await connection.close();
}

async function envelopeOf(agent: WireAgent) {
  const connection = await agent.connect();
  const { envelope } = await fetchEnvelope(connection, agent);
  await connection.close();
  return envelope;
}

test("clusters that hold the same list are released by one approval, in their signed envelopes, without a new generation", async () => {
  const [same, other] = [listOf("a", "b"), listOf("a", "b", "c")];
  const [one, two, three] = [await holding("p1", "web", same), await holding("p2", "web", same), await holding("p3", "web", other)];
  const started = await startApi(undefined, transport.database);
  const api = started.client(await started.tokenOf("operator", "ada"));
  const { items } = await api("listHeldPrunes", { query: { application: "web", environment: "production" } });
  expect(items.map(({ hash, objects, clusters, clusterCount }) => ({ hash, objects, clusters, clusterCount }))).toEqual(
    [
      { ...same, clusters: ["p1", "p2"], clusterCount: 2 },
      { ...other, clusters: ["p3"], clusterCount: 1 },
    ].toSorted((a, b) => (a.hash < b.hash ? -1 : 1)),
  );

  const before = await envelopeOf(one);
  const body = { application: "web", environment: "production", hash: same.hash, reason: "the cache goes" };
  const approval = await api("createPruneApproval", { body });
  expect(approval).toMatchObject({ actor: "users/ada", clusterCount: 2 });
  expect((await api("createPruneApproval", { body })).id).toBe(approval.id);
  const after = await envelopeOf(one);
  expect(before.assignments[0]).not.toHaveProperty("approvedPrunes");
  expect(after.sequence).toBe(before.sequence + 1);
  expect(after.assignments).toEqual([{ ...before.assignments[0], approvedPrunes: [same.hash] }]);
  for (const agent of [two, three]) expect((await envelopeOf(agent)).assignments[0]?.approvedPrunes).toEqual([same.hash]);
  const { items: audit } = await started.client(await started.tokenOf("admin"))("listAudit", { query: { action: "prune.approve" } });
  expect(audit).toMatchObject([{ actor: "users/ada", details: { hash: same.hash, reason: "the cache goes", clusters: 2 } }]);
});

test("a list that nobody holds, or not there, or not any more, is not approved", async () => {
  const held = listOf("x");
  const agent = await holding("p4", "shop", held);
  const started = await startApi(undefined, transport.database);
  const api = started.client(await started.tokenOf("operator"));
  const body = { application: "shop", environment: "production", hash: held.hash, reason: "it may go" };
  await expect(api("createPruneApproval", { body: { ...body, hash: listOf("y").hash } })).rejects.toMatchObject({ code: "PRUNE_NOT_HELD" });
  await expect(api("createPruneApproval", { body: { ...body, environment: "staging" } })).rejects.toMatchObject({ code: "PRUNE_NOT_HELD" });
  await report(agent, "shop", undefined, 2);
  await expect(api("createPruneApproval", { body })).rejects.toMatchObject({ code: "PRUNE_NOT_HELD" });
  const viewer = started.client(await started.tokenOf("viewer"));
  await expect(viewer("createPruneApproval", { body })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
});

test("an approval counts for a week", async () => {
  const held = listOf("old");
  const agent = await holding("p5", "api", held);
  const started = await startApi(undefined, transport.database);
  const api = started.client(await started.tokenOf("operator"));
  await api("createPruneApproval", { body: { application: "api", environment: "production", hash: held.hash, reason: "it may go" } });
  await transport.database.query({ text: "update prune_approvals set approved_at = now() - interval '8 days' where application = 'api'" });
  const before = await envelopeOf(agent);
  await removeOldApprovals(transport.database);
  const after = await envelopeOf(agent);
  expect([before, after].map(({ assignments }) => assignments[0]?.approvedPrunes)).toEqual([[held.hash], undefined]);
  expect(after.sequence).toBe(before.sequence + 1);
});

test("the command line lists what is held and approves it by the beginning of its hash", async () => {
  const held = listOf("one", "two", "three");
  await holding("p6", "cli", held);
  const started = await startApi(undefined, transport.database);
  const drover = droverCli({ DROVER_SERVER: started.baseUrl, DROVER_TOKEN: await started.tokenOf("operator") });
  const list = await drover("prune", "list", "cli", "--environment", "production");
  expect(list.out).toMatch(/cli +production +sha256:[0-9a-f]{12} +3 +1 \(p6\) +\S+ +<no>/);
  expect(list.said).toContain("drover diff cli --cluster p6");
  const [hash = ""] = /sha256:[0-9a-f]{12}/.exec(list.out) ?? [];
  const approve = (given: string) => drover("prune", "approve", "cli", "-e", "production", "--hash", given, "-m", "it may go");
  expect(await approve("sha256:0")).toMatchObject({ status: 1, said: expect.stringContaining("PRUNE_HASH_UNCLEAR") as string });
  expect(await approve(hash)).toMatchObject({ status: 0, out: `1 cluster may delete ${held.hash}\n` });
  expect((await drover("prune", "list", "cli")).out).not.toContain("<no>");
});
