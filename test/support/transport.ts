import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { base32, type ClusterId } from "@drover/kit";
import { createLog, systemClock } from "@drover/kit/node";
import {
  acceptEnvelope,
  createNkey,
  type Dsse,
  enrolmentProof,
  type Identity,
  inboxPrefix,
  type Nkey,
  type OpenedEnvelope,
  readReportAnswer,
  readSyncAnswer,
  type Report,
  type ReportAnswer,
  signReport,
  subject,
  type SyncAnswer,
  type SyncRequest,
  type TrustedKeys,
} from "@drover/proto/wire";
import { freePort, type NatsServer, type NatsServerVariant, startNatsServer } from "@drover/tools";
import { createKeyFolder } from "../../control-plane/src/adapters/keys/key-folder.ts";
import { NatsAccountServers } from "../../control-plane/src/adapters/nats/account-servers.ts";
import { createAssignSender } from "../../control-plane/src/adapters/nats/assign-sender.ts";
import { type NatsLink, openNatsLink } from "../../control-plane/src/adapters/nats/connection.ts";
import { createQuerySender, hearAnswers } from "../../control-plane/src/adapters/nats/question-channel.ts";
import { serveAgents } from "../../control-plane/src/adapters/nats/responder.ts";
import { createNatsConfigWriter } from "../../control-plane/src/adapters/nats/server-config.ts";
import { createAskedClusters } from "../../control-plane/src/adapters/pg/cluster/asked-clusters.ts";
import { createAssignedBundles } from "../../control-plane/src/adapters/pg/release/assigned-bundles.ts";
import { createIdentities } from "../../control-plane/src/adapters/pg/cluster/identities.ts";
import { accountChannel, createAgentsAccounts } from "../../control-plane/src/adapters/pg/cluster/nats-accounts.ts";
import { createReportStore } from "../../control-plane/src/adapters/pg/report/reports.ts";
import { createEnvelopeOutbox } from "../../control-plane/src/adapters/pg/promotion/standings.ts";
import { createStandings } from "../../control-plane/src/adapters/pg/placement/take-over.ts";
import { createCertificateFolder } from "../../control-plane/src/adapters/tls/certificate-folder.ts";
import { createSyncAnswerer } from "../../control-plane/src/app/agents/answer-sync.ts";
import { createQuestions, type Questions } from "../../control-plane/src/app/question/ask-cluster.ts";
import { createBootstrap, type Installation } from "../../control-plane/src/app/bootstrap.ts";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import { createEnrolment, type Enrolment, type EnrolmentDeps } from "../../control-plane/src/app/cluster/enrol.ts";
import { createAccountGuard } from "../../control-plane/src/app/cluster/guard-accounts.ts";
import { createReportIngest } from "../../control-plane/src/app/agents/ingest-reports.ts";
import { createEnvelopePublisher } from "../../control-plane/src/app/agents/publish-envelopes.ts";
import { createRenewal } from "../../control-plane/src/app/cluster/renew.ts";
import { createRevocation } from "../../control-plane/src/app/cluster/revoke-cluster.ts";
import { createBundleServer } from "../../control-plane/src/app/agents/serve-bundle.ts";
import { systemInboxPrefix } from "../../control-plane/src/domain/identity/users.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

export const admin: Caller = { actor: "users/test", role: "admin", requestId: "test", traceparent: undefined };

/** The control plane's side of the wire on a real nats-server and PostgreSQL, without API and planner. */
export interface Transport {
  readonly folder: string;
  readonly database: TestDatabase;
  readonly installation: Installation;
  readonly enrolment: Enrolment;
  readonly renew: ReturnType<typeof createRenewal>;
  readonly revoke: ReturnType<typeof createRevocation>;
  readonly questions: Questions;
  readonly publish: () => Promise<number>;
  readonly links: Readonly<Record<"responder" | "publisher" | "system", NatsLink>>;
  readonly natsUrl: string;
  server: NatsServer;
  startServer(): Promise<void>;
  /** What a server forgets with its disk: every account JWT that it was given. */
  wipeServer(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTransport(program: NatsServerVariant = "nats-server"): Promise<Transport> {
  const folder = await mkdtemp(join(tmpdir(), "drover-transport-"));
  const { database, drop } = await createTestDatabase();
  const port = await freePort();
  const natsUrl = `tls://127.0.0.1:${port}`;
  const keyFolder = createKeyFolder(join(folder, "keys"));
  const bootstrap = createBootstrap({
    keys: keyFolder,
    issueCertificates: createCertificateFolder(join(folder, "tls"), keyFolder, systemClock.now),
    writeNatsConfig: createNatsConfigWriter(join(folder, "nats"), { listen: { host: "127.0.0.1", port } }),
    now: systemClock.now,
  });
  const installation = await bootstrap(["localhost", "127.0.0.1"]);
  const launch = (): Promise<NatsServer> =>
    startNatsServer({ configFile: installation.natsConfigFile, dataDir: join(folder, "nats"), program });

  const log = createLog("test", "silent");
  const stopping = new AbortController();
  const link = (user: "responder" | "publisher" | "system"): NatsLink =>
    openNatsLink({
      urls: [natsUrl],
      ca: installation.certificates.ca,
      user: installation.users[user],
      name: user,
      ...(user === "system" ? { inboxPrefix: systemInboxPrefix } : {}),
      clock: systemClock,
      log,
    });
  const deps: EnrolmentDeps = {
    identities: createIdentities(database),
    challengeKey: installation.challengeKey,
    accounts: installation.accounts,
    agentSigning: installation.agentSigning,
    envelopeKeys: installation.envelopeKeys,
    natsUrls: [natsUrl],
    ca: installation.certificates.ca,
    randomBytes,
  };
  const server = await launch();
  const links = { responder: link("responder"), publisher: link("publisher"), system: link("system") };

  const keys = installation.envelopeKeys;
  serveAgents(await links.responder.connection(stopping.signal), {
    sync: createSyncAnswerer({ standings: createStandings(database), keys, clock: systemClock, admit: () => true }),
    report: createReportIngest({ store: createReportStore(database), clock: systemClock, count: () => {} }),
    bundle: createBundleServer({ bundles: createAssignedBundles(database), cacheBytes: 1024 * 1024 }),
    log,
  });
  await links.publisher.connection(stopping.signal);
  const questions = createQuestions({
    clusters: createAskedClusters(database),
    sender: createQuerySender(links.publisher),
    signer: keys.signer,
    clock: systemClock,
    log,
    randomBytes,
  });
  hearAnswers(await links.responder.connection(stopping.signal), questions.heard, log);

  const servers = new NatsAccountServers(links.system, installation.accounts, systemClock);
  const guard = createAccountGuard({
    accounts: createAgentsAccounts(database),
    servers,
    operatorSigning: installation.operatorSigning,
    ids: installation.accounts,
    clock: systemClock,
    log,
  });
  const loops = [
    servers.watch(guard.heard, stopping.signal),
    guard.run(stopping.signal),
    database.listen(accountChannel, guard.changed, stopping.signal),
  ];
  const publishOnce = createEnvelopePublisher({
    outbox: createEnvelopeOutbox(database),
    sender: createAssignSender(links.publisher),
    keys,
  });

  const transport: Transport = {
    folder,
    database,
    installation,
    enrolment: createEnrolment(deps),
    renew: createRenewal(deps),
    revoke: createRevocation({ identities: deps.identities, guard, log }),
    questions,
    publish: () => publishOnce(stopping.signal),
    links,
    natsUrl,
    server,
    async startServer() {
      transport.server = await launch();
    },
    wipeServer: () => rm(join(folder, "nats", "resolver"), { recursive: true, force: true }),
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await Promise.all(Object.values(links).map((each) => each.stop()));
      await transport.server.stop();
      await drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return transport;
}

export async function addCluster(database: TestDatabase, name: string): Promise<ClusterId> {
  const id = base32(randomBytes(16)) as ClusterId;
  await database.query({ text: "insert into clusters (id, name) values ($1, $2)", values: [id, name] });
  return id;
}

/** An agent as far as the wire knows one: raw NATS, the real codecs and signatures. */
export interface WireAgent {
  readonly cluster: ClusterId;
  readonly clusterUid: string;
  key: Nkey;
  identity: Identity;
  readonly trusted: TrustedKeys;
  connect(): Promise<NatsConnection>;
}

export async function enrolRequest(
  transport: Pick<Transport, "enrolment">,
  token: string,
  key: Nkey,
  clusterUid: string,
): Promise<Parameters<Enrolment["enrol"]>[0]> {
  const { nonce } = await transport.enrolment.challenge();
  const signature = Buffer.from(key.sign(enrolmentProof(nonce, token, key.publicText, clusterUid))).toString("base64");
  return { token, nonce, publicKey: key.publicText, clusterUid, kubernetesVersion: "v1.36.3", agentVersion: "0.1.0", signature };
}

export async function enrolAgent(transport: Transport, name: string, cluster?: ClusterId): Promise<WireAgent> {
  const id = cluster ?? (await addCluster(transport.database, name));
  const { token } = await transport.enrolment.createToken(id, 60_000, admin);
  const key = createNkey("user");
  const clusterUid = `uid-of-${name}`;
  const identity = await transport.enrolment.enrol(await enrolRequest(transport, token.reveal(), key, clusterUid), "test");
  // An agent syncs at once, and so says that it holds nothing.
  await transport.database.query({ text: "update clusters set holds_known = true where id = $1", values: [id] });
  const trusted = new Map(identity.keyset.keys.map(({ keyId, publicKey }) => [keyId, Buffer.from(publicKey, "base64")]));
  const agent: WireAgent = {
    cluster: id,
    clusterUid,
    key,
    identity,
    trusted,
    connect: () =>
      connect({
        servers: identity.natsUrls,
        tls: { ca: identity.ca },
        inboxPrefix: inboxPrefix(id),
        reconnect: false,
        authenticator: (nonce = "") => ({
          jwt: agent.identity.jwt,
          nkey: agent.key.publicText,
          sig: Buffer.from(agent.key.sign(Buffer.from(nonce))).toString("base64url"),
        }),
      }),
  };
  return agent;
}

const answerMs = 5_000;

export async function sync(
  connection: NatsConnection,
  agent: WireAgent,
  request: SyncRequest = {},
  timeout = answerMs,
): Promise<SyncAnswer> {
  const message = await connection.request(subject("sync", agent.cluster), JSON.stringify(request), { timeout });
  return readSyncAnswer(message.json());
}

/** The envelope that sync answers, checked as an agent checks it. */
export async function fetchEnvelope(
  connection: NatsConnection,
  agent: WireAgent,
  request: SyncRequest = {},
): Promise<OpenedEnvelope & { readonly dsse: Dsse }> {
  const answer = await sync(connection, agent, request);
  if (answer.kind !== "envelope") throw new Error(`sync answered ${JSON.stringify(answer)}`);
  const { cluster, clusterUid } = agent;
  return { ...acceptEnvelope(answer.envelope, agent.trusted, { cluster, clusterUid, held: undefined }), dsse: answer.envelope };
}

export const reportOf = (agent: WireAgent, over: Partial<Report> = {}): Report => ({
  cluster: agent.cluster,
  enrolment: agent.identity.enrolment,
  boot: 1,
  seq: 1,
  agentVersion: "0.1.0",
  kubernetesVersion: "v1.36.3",
  epoch: 1,
  sequence: 1,
  applications: [],
  events: [],
  ...over,
});

export const sendReport = (connection: NatsConnection, agent: WireAgent, over: Partial<Report> = {}): Promise<ReportAnswer> =>
  sendSigned(connection, agent, signReport(reportOf(agent, over), agent.key));

export async function sendSigned(connection: NatsConnection, agent: WireAgent, dsse: Dsse): Promise<ReportAnswer> {
  const message = await connection.request(subject("report", agent.cluster), JSON.stringify(dsse), { timeout: answerMs });
  return readReportAnswer(message.json());
}
