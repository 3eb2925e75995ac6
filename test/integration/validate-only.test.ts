import type { Client, OperationId } from "@drover/proto/rest";
import { routeTable } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { waitUntil } from "../support/wait-until.ts";

// One fleet for all tests. Nobody plans, publishes or ingests in it: whatever moves was moved by a request.

let world: TestControlPlane;
let replica: Replica;
let api: Client;
let newer = "";
let older = "";
let token = "";
const reason = "just asking";
const idOf = (letter: string): string => letter.repeat(26);
const validateOnly = { validateOnly: true };
const held = `sha256:${"a".repeat(64)}`;

beforeAll(async () => {
  world = await prepareControlPlane();
  const web = await world.git.clone("web");
  older = await web.push({ "deploy/web.yaml": configMap("1") });
  newer = await web.push({ "deploy/web.yaml": configMap("2") });
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${world.git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\npromotesFrom: [staging]\n",
    "projects/default.yaml": "autoPromotion: [{ from: staging, to: production, applications: [web], soakTime: 1h }]\n",
    "environments/staging.yaml": "clusterSelector: { matchLabels: { tier: staging } }\n",
    "pins/production/web.yaml": `revision: ${newer}\nreason: by hand\n`,
    "quarantines/web.yaml": "revisions: [{ revision: bad, reason: it crashed }]\n",
    "clusters/eu-1.yaml": `id: ${idOf("a")}\nlabels: { tier: production }\n`,
    "clusters/eu-2.yaml": `id: ${idOf("b")}\nlabels: { tier: production }\n`,
  });
  replica = await world.start({ DROVER_ROLES: "api,sources", DROVER_SOURCE_POLL: "1h" });
  api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 2, 20_000);
  const polled = () => world.database.query({ text: "select 1 from sources where commit is not null" });
  await waitUntil("the application's repository was looked at", async () => (await polled()).rowCount === 1, 20_000);
  await rolloutRows();
  token = (await api("createApiToken", { body: { subject: "ci", role: "viewer" } })).id;
}, 120_000);
afterAll(() => world.stop());

const configMap = (version: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { version: "${version}" }\n`;

/** Rollouts, and what belongs to them, as planners would have left them. */
async function rolloutRows(): Promise<void> {
  const run = (text: string, ...values: unknown[]) => world.database.query({ text, values });
  await run("update clusters set state = 'Enrolled'");
  await run(
    `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
     select 'rel' || n, 'web', n, revision, 'sd', '{"repository":"https://git.test/web.git","path":"","render":{"kind":"yaml","substitute":false}}', 'Ada', 'v', now()
       from unnest($1::text[]) with ordinality as r (revision, n)`,
    [older, newer],
  );
  const gate = { name: "ok", check: { kind: "Approval", required: 1, approvers: [] }, timeoutMs: 3_600_000 };
  const strategy = { waves: [{ name: "all", maxConcurrency: 1, soakTimeMs: 0, gates: { before: [gate], after: [] } }], maxFailures: 0 };
  await run(
    `insert into rollouts (id, application, environment, scope, change_id, release_id, revision, phase, strategy, actor, reason, created_at, finished_at)
     select id, 'web', environment, 'Environment', 'f1', release_id, revision, phase, $3, 'users/bob', 'go', at, at
       from (values ('done', 'production', 'rel1', $1, 'Completed', now() - interval '1 h'),
                    ('running', 'production', 'rel2', $2, 'Running', now()),
                    ('staged', 'staging', 'rel1', $1, 'Completed', now() - interval '2 h'),
                    ('halted', 'staging', 'rel2', $2, 'Halted', now())) as r (id, environment, release_id, revision, phase, at)`,
    older,
    newer,
    JSON.stringify(strategy),
  );
  await run(
    `insert into rollout_targets (rollout_id, cluster_id, state, wave)
     select r.id, c.id, case r.id when 'halted' then 'failed' else 'waiting' end, 0 from clusters c, rollouts r where r.phase <> 'Completed'`,
  );
  await run("insert into gate_runs (id, rollout_id, wave, side, gate) values ('g1', 'running', 0, 'before', 'ok')");
  await run(
    "insert into break_glass (id, environment, actor, reason, expires_at) values ('b1', 'production', 'users/ada', 'r', now() + interval '1 h')",
  );
  await run(`insert into deliveries (id, notification, receiver, cause, event, severity, state, message)
             values ('d1', 'ops', 'Webhook', 'c1', 'RolloutHalted', 'Critical', 'Dead', '{"title":"t","text":"t","subject":"rollouts/halted"}')`);
  await run("insert into bundles (digest, size, objects, gzip) values ($1, 1, 1, '')", held);
  await run(
    `insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle, namespace, sync_policy, content_digest)
     select id, 'web', 'production', 'default', 'active', 1, 'rel1', $1, $2, 'default', '{}', 'cd' from clusters`,
    older,
    held,
  );
  await run(
    `insert into statuses (cluster_id, application, enrolment, boot, seq, generation, bundle, sync, health, objects, drifted, held_hash, held_objects, reported_at, changed_at)
     select id, 'web', 1, 1, 1, 1, $1, 'Synced', 'Healthy', 2, 0, $1, 2, now(), now() from clusters`,
    held,
  );
}

const inRunning = { params: { rollout: "running" }, query: validateOnly };
const atGate = { params: { rollout: "running", gate: "ok" }, query: validateOnly, body: { reason } };
const unmade = "0".repeat(40);
const place = { application: "web", environment: "production" };

/** One request for each operation that can be tried first, and what would be. */
const wanted: Readonly<Partial<Record<OperationId, readonly [ask: () => Promise<unknown>, would: object | (() => object)]>>> = {
  createCluster: [
    () => api("createCluster", { query: validateOnly, body: { name: "eu-3", labels: { tier: "production" }, reason } }),
    { name: "eu-3", state: "Pending", environments: ["production"], labels: { tier: "production" } },
  ],
  relabelCluster: [
    () => api("relabelCluster", { params: { cluster: "eu-1" }, query: validateOnly, body: { labels: { tier: "staging" }, reason } }),
    { name: "eu-1", environments: ["staging"], labels: { tier: "staging" } },
  ],
  revokeApiToken: [
    async () => {
      expect(await api("revokeApiToken", { params: { token }, query: validateOnly })).toBeUndefined();
      return { revokedAt: undefined, ...(await api("getApiToken", { params: { token } })) };
    },
    { revokedAt: undefined },
  ],
  revokeCluster: [
    () => api("revokeCluster", { params: { cluster: "eu-1" }, query: validateOnly, body: { reason } }),
    { name: "eu-1", state: "Revoked" },
  ],
  createPromotion: [
    () => api("createPromotion", { query: validateOnly, body: { ...place, revision: older, reason } }),
    () => ({ ...place, state: "Committed", revision: older, commit: unmade }),
  ],
  createRollback: [
    () => api("createRollback", { query: validateOnly, body: { ...place, revision: older, reason } }),
    () => ({ ...place, kind: "Rollback", state: "Committed", revision: older, commit: unmade }),
  ],
  resumeAutoPromotion: [
    () => api("resumeAutoPromotion", { params: place, query: validateOnly, body: { reason } }),
    { ...place, commit: unmade },
  ],
  removeApplication: [
    () => api("removeApplication", { params: { application: "web" }, query: validateOnly, body: { deletionPolicy: "Orphan", reason } }),
    { items: [{ id: "web@production", deletionPolicy: "Orphan", commit: unmade, waiting: 2 }] },
  ],
  removeCluster: [
    () => api("removeCluster", { params: { cluster: "eu-1" }, query: validateOnly, body: { deletionPolicy: "Delete", reason } }),
    { items: [{ id: "eu-1", deletionPolicy: "Delete", commit: unmade, waiting: 1 }] },
  ],
  liftQuarantine: [
    () => api("liftQuarantine", { params: { quarantine: "web@bad" }, query: validateOnly, body: { reason } }),
    { application: "web", revision: "bad", commit: unmade },
  ],
  createBreakGlass: [
    () => api("createBreakGlass", { query: validateOnly, body: { environment: "production", ttl: "1h", reason } }),
    { environment: "production", state: "Open", reason },
  ],
  endBreakGlass: [
    () => api("endBreakGlass", { params: { breakGlass: "b1" }, query: validateOnly, body: { reason } }),
    { id: "b1", state: "Ended" },
  ],
  stopFleet: [() => api("stopFleet", { query: validateOnly, body: { reason } }), { stopped: true, reason }],
  releaseStop: [() => api("releaseStop", { query: validateOnly, body: { reason } }), { stopped: false }],
  pauseRollout: [() => api("pauseRollout", { ...inRunning, body: { reason } }), { phase: "Paused" }],
  resumeRollout: [
    () => api("resumeRollout", { params: { rollout: "halted" }, query: validateOnly, body: { reason, acceptFailures: 2 } }),
    { phase: "Running", acceptedFailures: 2 },
  ],
  abortRollout: [() => api("abortRollout", { ...inRunning, body: { reason } }), { phase: "Aborted" }],
  skipRolloutCluster: [
    () => api("skipRolloutCluster", { ...inRunning, body: { reason, cluster: "eu-1" } }),
    { targets: { Skipped: 1, Waiting: 1 } },
  ],
  skipRolloutWave: [() => api("skipRolloutWave", { ...inRunning, body: { reason, wave: "all" } }), { phase: "Running" }],
  retryRollout: [
    () => api("retryRollout", { params: { rollout: "halted" }, query: validateOnly, body: { reason } }),
    { phase: "Running", targets: { Failed: 0, Waiting: 2 } },
  ],
  approveGate: [() => api("approveGate", atGate), { state: "Passed", approvals: [{ decision: "Approve" }] }],
  rejectGate: [() => api("rejectGate", atGate), { state: "Failed" }],
  overrideGate: [() => api("overrideGate", atGate), { state: "Passed" }],
  createPruneApproval: [
    () => api("createPruneApproval", { query: validateOnly, body: { ...place, hash: held, reason } }),
    { clusterCount: 2 },
  ],
  retryDelivery: [
    () => api("retryDelivery", { params: { delivery: "d1" }, query: validateOnly, body: { reason } }),
    { id: "d1", state: "Pending" },
  ],
};

test("every operation that can be tried first is tried here", () => {
  const rehearsed = Object.entries(routeTable).filter(([, route]) => "rehearsed" in route);
  expect(Object.keys(wanted).toSorted()).toEqual(rehearsed.map(([id]) => id).toSorted());
});

test.each(Object.entries(wanted))("%s answers what would be, and nothing is otherwise afterwards", async (_id, [ask, would]) => {
  const before = await everything();
  expect(await ask()).toMatchObject(typeof would === "function" ? (would() as object) : would);
  expect(await everything()).toEqual(before);
});

test("an order for a rollout may say which version it was given for, and is refused when that has moved", async () => {
  const { version } = await api("getRollout", { params: { rollout: "running" } });
  const pause = (ifMatch: number | "*") => api("pauseRollout", { ...inRunning, body: { reason }, ifMatch });
  expect(await pause(version)).toMatchObject({ phase: "Paused" });
  expect(await pause("*")).toMatchObject({ phase: "Paused" });
  await expect(pause(version + 1)).rejects.toMatchObject({ kind: "stale", code: "ROLLOUT_CHANGED" });
});

test("what would be refused is refused in the same words", async () => {
  const both: readonly ((query: { readonly validateOnly?: true }) => Promise<unknown>)[] = [
    (query) => api("createCluster", { query, body: { name: "watch", reason } }),
    (query) => api("createPromotion", { query, body: { ...place, revision: "0123456789", reason } }),
    (query) => api("resumeRollout", { params: { rollout: "done" }, query, body: { reason } }),
    (query) => api("liftQuarantine", { params: { quarantine: "web@good" }, query, body: { reason } }),
  ];
  const refusal = (ask: (typeof both)[number], query: Parameters<typeof ask>[0]) => ask(query).then(() => "done", String);
  for (const ask of both) {
    const before = await everything();
    const tried = await refusal(ask, { validateOnly: true });
    expect(await everything()).toEqual(before);
    expect(tried).toMatch(/^DroverError: /);
    expect(await refusal(ask, {})).toBe(tried);
  }
});

/** What a request that only asks leaves too: when its token was used, and its Idempotency-Key. */
const restless = ["api_tokens", "idempotency_keys"];

/** Every row of every other table, and the fleet repository's head. */
async function everything(): Promise<object> {
  const { rows } = await world.database.query<{ name: string }>({
    text: "select table_name as name from information_schema.tables where table_schema = 'public' and not table_name = any ($1::text[]) order by 1",
    values: [restless],
  });
  const hashes: (readonly [table: string, hash: string | undefined])[] = [];
  for (const { name } of rows) {
    const { rows: found } = await world.database.query<{ hash: string }>({
      text: `select count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) order by t::text)), '') as hash from ${name} t`,
    });
    hashes.push([name, found[0]?.hash]);
  }
  await world.fleet.pull();
  return { ...Object.fromEntries(hashes), head: await world.fleet.git("rev-parse", "HEAD") };
}
