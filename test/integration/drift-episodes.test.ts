import { instant, rfc3339 } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { AgentEvent, DriftEpisode } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeOldDrift } from "../../control-plane/src/adapters/pg/report/drift-episodes.ts";
import { startApi } from "../support/api.ts";
import { droverCli } from "../support/drover-cli.ts";
import { enrolAgent, sendReport, startTransport, type Transport, type WireAgent } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

const start = Date.parse("2026-11-20T10:00:00.000Z");
const at = (minute: number): string => rfc3339(instant(start + minute * 60_000));

const episode = (name: string, minute: number, over: Partial<DriftEpisode> = {}): DriftEpisode => ({
  group: "apps",
  kind: "Deployment",
  namespace: "shop",
  name,
  change: "Edited",
  startedAt: at(minute),
  fields: [".spec.replicas"],
  actor: "kubectl-edit",
  action: "Reported",
  ...over,
});

const told = (seq: number, drift: DriftEpisode, application = "web"): AgentEvent => ({
  seq,
  at: drift.endedAt ?? drift.startedAt,
  application,
  kind: "DriftFound",
  message: "",
  drift,
});

/** An API over the same database, and its token. */
async function openApi(): Promise<{ readonly api: Client; readonly baseUrl: string; readonly token: string }> {
  const started = await startApi(undefined, transport.database);
  const token = await started.tokenOf("viewer");
  return { api: started.client(token), baseUrl: started.baseUrl, token };
}

async function agentWith(name: string, events: readonly AgentEvent[]): Promise<WireAgent> {
  const agent = await enrolAgent(transport, name);
  const connection = await agent.connect();
  expect(await sendReport(connection, agent, { events: [...events] })).toMatchObject({ kind: "accepted", eventSeq: events.length });
  await connection.close();
  return agent;
}

test("an episode is stored once, from its beginning to its end, however often it is told of", async () => {
  const agent = await enrolAgent(transport, "once");
  const connection = await agent.connect();
  const open = episode("web", 0);
  const healed = episode("web", 0, { endedAt: at(1), action: "Healed" });
  await sendReport(connection, agent, { seq: 1, events: [told(1, open)] });
  await sendReport(connection, agent, { seq: 2, events: [told(2, open), told(3, healed)] });
  await sendReport(connection, agent, { seq: 3, events: [told(2, open), told(4, episode("web", 9))] }); // told of again, and not new
  const { api } = await openApi();
  const { items } = await api("listClusterDrift", { params: { cluster: "once" } });
  expect(items).toEqual([
    {
      application: "web",
      object: { group: "apps", kind: "Deployment", namespace: "shop", name: "web" },
      change: "Edited",
      startedAt: at(9),
      fields: [".spec.replicas"],
      actor: "kubectl-edit",
      action: "Reported",
    },
    expect.objectContaining({ startedAt: at(0), endedAt: at(1), action: "Healed" }),
  ]);
  await connection.close();
});

test("episodes are found by the time they cover and by application, page by page", async () => {
  const events = Array.from({ length: 5 }, (_, n) => told(n + 1, episode(`o${n}`, n * 10, { endedAt: at(n * 10 + 5), action: "Healed" })));
  await agentWith("paged", [...events, told(6, episode("other", 2), "shop")]);
  const { api } = await openApi();
  const names = async (query: { since?: string; until?: string; application?: string }): Promise<readonly string[]> =>
    (await api("listClusterDrift", { params: { cluster: "paged" }, query })).items.map(({ object }) => object.name);
  expect(await names({ application: "web" })).toEqual(["o4", "o3", "o2", "o1", "o0"]);
  expect(await names({ since: at(22), until: at(31) })).toEqual(["o3", "o2", "other"]); // the other one has not ended
  expect(await names({ until: at(1) })).toEqual(["o0"]);

  const first = await api("listClusterDrift", { params: { cluster: "paged" }, query: { pageSize: 4 } });
  const { nextPageToken: pageToken } = first;
  const second = await api("listClusterDrift", { params: { cluster: "paged" }, query: { pageSize: 4, pageToken } });
  expect([...first.items, ...second.items].map(({ object }) => object.name)).toEqual(["o4", "o3", "o2", "o1", "other", "o0"]);
});

test("what an agent writes into an episode fails nobody's report", async () => {
  const strange = episode("nul\0 and \ud800", 0, { actor: "\0" });
  const events = [told(1, strange), told(2, episode("no time", 0, { startedAt: "2026-99-99T99" })), told(3, episode("good", 1))];
  await agentWith("strange", events);
  const { api } = await openApi();
  const { items } = await api("listClusterDrift", { params: { cluster: "strange" } });
  expect(items.map(({ object }) => object.name)).toEqual(["good", "nul\uFFFD and \uFFFD"]);
});

test("old episodes go, and of a cluster that drifts all the time only the newest stay", async () => {
  const now = Date.now();
  const recent = (n: number): string => rfc3339(instant(now - n * 60_000));
  const events = [
    ...Array.from({ length: 5 }, (_, n) => told(n + 1, episode(`o${n}`, 0, { startedAt: recent(n) }))),
    told(6, episode("old", -60 * 24 * 40)),
  ];
  const agent = await agentWith("crowded", events);
  await removeOldDrift(transport.database, { keepMs: 30 * 86_400_000, keepRows: 3 });
  const { rows } = await transport.database.query({
    text: "select name from drift_episodes where cluster_id = $1 order by started_at desc",
    values: [agent.cluster],
  });
  expect(rows.map(({ name }) => name as string)).toEqual(["o0", "o1", "o2"]);
});

test("the command line lists them", async () => {
  await agentWith("listed", [
    told(1, episode("web", 0, { endedAt: at(1), action: "Healed" })),
    told(2, episode("old", -60 * 24 * 5, { endedAt: at(-60) })),
  ]);
  const { baseUrl, token } = await openApi();
  const drover = droverCli({ DROVER_SERVER: baseUrl, DROVER_TOKEN: token });
  const { status, out } = await drover("drift", "--cluster", "listed", "--since", at(-1));
  expect([status, out.split("\n").length]).toEqual([0, 3]);
  expect(out).toMatch(
    /STARTED +LASTED +APPLICATION +OBJECT +CHANGE +ACTION +BY +FIELDS\n.*60s +web +Deployment\/shop\/web +Edited +Healed +kubectl-edit +\.spec\.replicas/,
  );
  expect((await drover("drift", "--cluster", "listed", "--since", "soon")).status).toBe(2);
});
