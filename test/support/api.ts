import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { systemClock } from "@drover/kit/node";
import { type Client, createClient, type NewApiToken, type Role } from "@drover/proto/rest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import type { ApiDeps } from "../../control-plane/src/api/deps.ts";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "../../control-plane/src/api/http/server.ts";
import { createPruneApproval } from "../../control-plane/src/app/removal/approve-prune.ts";
import { createApiTokens } from "../../control-plane/src/app/access/tokens.ts";
import { createEventWatch } from "../../control-plane/src/app/history/watch-events.ts";
import { createApiTokenStore } from "../../control-plane/src/adapters/pg/access/api-tokens.ts";
import { recordAudit } from "../../control-plane/src/adapters/pg/access/audit-log.ts";
import { createAuditReads } from "../../control-plane/src/adapters/pg/access/audit-reads.ts";
import { createClusterReads } from "../../control-plane/src/adapters/pg/cluster/cluster-reads.ts";
import { createDriftReads } from "../../control-plane/src/adapters/pg/report/drift-episodes.ts";
import { createNotificationReads } from "../../control-plane/src/adapters/pg/notification/notification-reads.ts";
import { createEventReads } from "../../control-plane/src/adapters/pg/history/events.ts";
import { searchFleet } from "../../control-plane/src/adapters/pg/fleet/search-fleet.ts";
import { loadFleetSummary } from "../../control-plane/src/adapters/pg/fleet/fleet-summary.ts";
import { createFleetReads } from "../../control-plane/src/adapters/pg/fleet/fleet-reads.ts";
import { createIdempotencyKeys } from "../../control-plane/src/adapters/pg/access/idempotency-keys.ts";
import { createPromotionReads } from "../../control-plane/src/adapters/pg/promotion/promotion-reads.ts";
import { createGateReads } from "../../control-plane/src/adapters/pg/gate/gate-reads.ts";
import { createRemovalReads } from "../../control-plane/src/adapters/pg/removal/removal-reads.ts";
import { createHistory } from "../../control-plane/src/app/history/history.ts";
import { createHistoryStore } from "../../control-plane/src/adapters/pg/history/history-reads.ts";
import { getQuarantine, listQuarantines } from "../../control-plane/src/adapters/pg/rollback/quarantine-reads.ts";
import { createBreakGlasses } from "../../control-plane/src/adapters/pg/restriction/break-glasses.ts";
import { createPruneApprovals } from "../../control-plane/src/adapters/pg/removal/prune-approvals.ts";
import { createReleaseReads } from "../../control-plane/src/adapters/pg/release/release-reads.ts";
import { createRolloutReads } from "../../control-plane/src/adapters/pg/rollout/rollout-reads.ts";
import { createStatusReads } from "../../control-plane/src/adapters/pg/report/status-reads.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

export interface TestApi {
  readonly database: TestDatabase;
  readonly deps: ApiDeps;
  readonly http: HttpServer;
  readonly baseUrl: string;
  readonly client: (token: string) => Client;
  readonly tokenOf: (role: Role, subject?: string, grants?: Pick<NewApiToken, "approves" | "overrides">) => Promise<string>;
}

/** The API over HTTP on a real database. What belongs to other parts of the control plane is the fixture's, unless `change` gives it. */
export async function startApi(
  change: (deps: ApiDeps) => ApiDeps = (deps) => deps,
  onDatabase?: TestDatabase,
  options: Pick<HttpServerOptions, "arrivalMs"> = {},
): Promise<TestApi> {
  const database = onDatabase ?? (await testDatabase());
  const tokens = createApiTokens({ store: createApiTokenStore(database), clock: systemClock });
  const { deps } = fakeApi((fake) =>
    change({
      ...fake,
      tokens,
      idempotency: createIdempotencyKeys(database),
      recordAudit: (entry) => recordAudit(database, entry),
      events: createEventWatch({ reads: createEventReads(database), clock: systemClock, log: fake.log }),
      reads: {
        ...fake.reads,
        clusters: createClusterReads(database),
        fleet: createFleetReads(database),
        search: (text) => searchFleet(database, text),
        fleetSummary: () => loadFleetSummary(database),
        releases: createReleaseReads(database),
        promotions: createPromotionReads(database),
        rollouts: createRolloutReads(database),
        statuses: createStatusReads(database),
        drift: createDriftReads(database),
        audit: createAuditReads(database),
        heldPrunes: createPruneApprovals(database).listHeld,
        heldPrune: createPruneApprovals(database).getHeld,
        gates: createGateReads(database),
        removals: createRemovalReads(database),
        history: createHistory({ store: createHistoryStore(database), clock: systemClock }),
        quarantines: (request) => listQuarantines(database, request),
        quarantine: (id) => getQuarantine(database, id),
        breakGlasses: createBreakGlasses(database).list,
        breakGlass: createBreakGlasses(database).get,
        notifications: createNotificationReads(database),
      },
      commands: {
        ...fake.commands,
        approvePrune: createPruneApproval({ approvals: createPruneApprovals(database), newId: randomUUID }),
      },
    }),
  );
  const server = createHttpServer(deps, { ...options, checkAnswers: true });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const baseUrl = `http://127.0.0.1:${port}`;
  const root = { actor: "drover", role: "admin", requestId: "test", traceparent: undefined } as const;
  return {
    database,
    deps,
    http: server,
    baseUrl,
    client: (token) => createClient({ baseUrl, token }),
    tokenOf: async (role, subject = role, grants = {}) => (await tokens.create(root, { subject, role, ...grants })).token.reveal(),
  };
}
