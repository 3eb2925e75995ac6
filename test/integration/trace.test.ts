import { join } from "node:path";
import { createLog, systemClock } from "@drover/kit/node";
import { readDsse, type Report, subjectOfAll } from "@drover/proto/wire";
import { expect, onTestFinished, test } from "vitest";
import { createKeyFolder } from "../../control-plane/src/adapters/keys/key-folder.ts";
import { openNatsLink } from "../../control-plane/src/adapters/nats/connection.ts";
import { createCertificateFolder } from "../../control-plane/src/adapters/tls/certificate-folder.ts";
import { createBootstrap } from "../../control-plane/src/app/bootstrap.ts";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { startRealAgent } from "../support/real-agent.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { startTraceReceiver } from "../support/trace-receiver.ts";
import { waitUntil } from "../support/wait-until.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const inTrace = expect.stringContaining(traceId) as string;

test("one trace runs from the call over the wire to the apply in the cluster, and back in its status", { timeout: 90_000 }, async () => {
  const receiver = await startTraceReceiver();
  onTestFinished(receiver.stop);
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const web = await pushSmallFleet(world, ["real-1", "simulated-1"]);
  const replica = await world.start(receiver.env);
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === 2);
  const reports = await overhearReports(world);
  const agent = await startRealAgent(world, replica, "real-1", receiver.env);
  onTestFinished(agent.stop);
  const simulated = await startSimulatedAgent(world, replica, api, "simulated-1");
  onTestFinished(simulated.stop);

  const { id } = await promote(api, await web.push(webFiles("v1")), { traceparent });
  await untilCompleted(api, id);

  const { rows } = await world.database.query({ text: "select traceparent from assignments union all select traceparent from rollouts" });
  expect(rows).toEqual([{ traceparent: inTrace }, { traceparent: inTrace }, { traceparent: inTrace }]);
  expect(simulated.assigned).toMatchObject([{ traceparent: inTrace }]);
  expect(simulated.headers).toEqual([inTrace]);
  const { cluster } = await api("getCluster", { params: { cluster: "real-1" } }).then(({ id: of }) => ({ cluster: of }));
  const statuses = reports.filter((report) => report.cluster === cluster).flatMap(({ applications }) => applications);
  expect(statuses.at(-1)).toMatchObject({ application: "web", health: "Healthy", traceparent: inTrace });

  const wanted = [
    "control plane POST",
    "control plane promotion.create",
    "control plane rollout.reconcile",
    "control plane envelope.publish",
    "agent agent.apply",
    "control plane report.ingest",
  ];
  const seen = (): readonly string[] =>
    receiver.spans
      .filter((span) => span.traceId === traceId)
      .map(({ service, name }) => `${service.replace(/^drover-/, "").replace("-", " ")} ${name}`);
  await waitUntil("the spans have arrived", () => wanted.every((span) => seen().includes(span))).catch(() => {});
  expect(seen()).toEqual(expect.arrayContaining(wanted));
  const ofTrace = receiver.spans.filter((span) => span.traceId === traceId);
  const processes = new Set(ofTrace.map(({ service, pid }) => `${service} ${pid}`));
  expect(processes).toEqual(new Set([`drover-agent ${agent.pid}`, `drover-control-plane ${replica.process.pid}`]));
});

/** Every report that agents send from now on, as the control plane's responder hears them. */
async function overhearReports({ dataDir, natsUrl }: TestControlPlane): Promise<readonly Report[]> {
  const keys = createKeyFolder(join(dataDir, "keys"));
  const issueCertificates = createCertificateFolder(join(dataDir, "tls"), keys, systemClock.now);
  const installation = await createBootstrap({ keys, issueCertificates, writeNatsConfig: async () => "", now: systemClock.now })([
    "localhost",
  ]);
  const link = openNatsLink({
    urls: [natsUrl],
    ca: installation.certificates.ca,
    user: installation.users.responder,
    name: "overhearing",
    clock: systemClock,
    log: createLog("test", "silent"),
  });
  onTestFinished(() => link.stop());
  const reports: Report[] = [];
  (await link.connection(AbortSignal.timeout(10_000))).subscribe(subjectOfAll("report"), {
    callback: (_error, message) => {
      const { payload } = readDsse(message.json());
      reports.push(JSON.parse(Buffer.from(payload, "base64").toString("utf8")) as Report);
    },
  });
  return reports;
}
