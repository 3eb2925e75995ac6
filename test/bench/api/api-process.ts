import { Secret } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { fakeApi } from "../../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../../control-plane/src/api/http/server.ts";
import { createApiTokens } from "../../../control-plane/src/app/access/tokens.ts";
import { shareAnswer } from "../../../control-plane/src/app/fleet/share-answer.ts";
import { createApiTokenStore } from "../../../control-plane/src/adapters/pg/access/api-tokens.ts";
import { createDatabase } from "../../../control-plane/src/adapters/pg/database.ts";
import { loadFleetSummary } from "../../../control-plane/src/adapters/pg/fleet/fleet-summary.ts";
import { searchFleet } from "../../../control-plane/src/adapters/pg/fleet/search-fleet.ts";
import { createClusterReads } from "../../../control-plane/src/adapters/pg/cluster/cluster-reads.ts";
import { createStatusReads } from "../../../control-plane/src/adapters/pg/report/status-reads.ts";

// The REST server alone, in a process of its own: real routes, gate and reads. Told the database's address in its environment, it says its port and a token.

const database = createDatabase({ url: new Secret(process.env["BENCH_DATABASE_URL"] ?? ""), connections: 10 });
const tokens = createApiTokens({ store: createApiTokenStore(database), clock: systemClock });
const { deps } = fakeApi((fake) => ({
  ...fake,
  tokens,
  reads: {
    ...fake.reads,
    clusters: createClusterReads(database),
    statuses: createStatusReads(database),
    fleetSummary: shareAnswer(() => loadFleetSummary(database), 500, systemClock),
    search: (text) => searchFleet(database, text),
  },
}));
const server = createHttpServer(deps, {});
const port = await server.listen({ host: "127.0.0.1", port: 0 });
const root = { actor: "drover", role: "admin", requestId: "bench", traceparent: undefined } as const;
const { token } = await tokens.create(root, { subject: "bench", role: "viewer" });
process.send?.({ port, token: token.reveal() });
process.on("disconnect", () => process.exit(0));
