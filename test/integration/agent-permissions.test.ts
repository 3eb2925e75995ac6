import { connect, type NatsConnection, PermissionViolationError } from "@nats-io/transport-node";
import { type ClusterId, DroverError } from "@drover/kit";
import { acceptEnvelope, type Channel, channels, fromAgent, inboxPrefix, readAssignMessage, subject, toAgent } from "@drover/proto/wire";
import { natsServerVariants } from "@drover/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeNatsJwt } from "../../control-plane/src/domain/identity/nats-jwt.ts";
import { enrolAgent, startTransport, sync, type Transport, type WireAgent } from "../support/transport.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Everything that is not one of the attacker's own six subjects and its inbox. */
function foreignSubjects(own: ClusterId, victim: ClusterId): readonly string[] {
  const endings = [
    victim,
    "*",
    ">",
    `${victim}.x`,
    `${own}.x`,
    `${own}.>`,
    `${victim}.>`,
    `*.${victim}`,
    "a",
    own.slice(0, 25),
    `${own}a`,
    own.toUpperCase(),
    "{{name()}}",
  ];
  const drover = channels.flatMap((channel) => endings.map((ending) => `drover.v1.${channel}.${ending}`));
  const wider = [
    "drover.v1.*",
    "drover.v1.>",
    "drover.v1.*.*",
    "drover.>",
    ">",
    "*",
    "*.*",
    "*.*.*.*",
    `*.*.*.${own}`,
    `drover.v1.*.${own}`,
    `drover.v2.sync.${own}`,
  ];
  const nearly = channels.flatMap((channel) =>
    [0, 8, 17, 25].map((at) => `drover.v1.${channel}.${own.slice(0, at)}${own[at] === "a" ? "b" : "a"}${own.slice(at + 1)}`),
  );
  const deeper = channels.flatMap((channel) => [
    `drover.v1.${channel}`,
    `drover.v1.${channel}.${own}.${victim}`,
    `x.drover.v1.${channel}.${own}`,
  ]);
  const unknown = ["audit", "enrol", "", "sync.sync", "command"].map((channel) => `drover.v1.${channel || "x"}.${own}`);
  const inboxes = [
    "_INBOX.>",
    "_INBOX.*",
    `_INBOX.${victim}.>`,
    `_INBOX.${victim}.x.y`,
    `_INBOX.*.x`,
    "_INBOX.x",
    "_INBOX_drover_system.>",
    "_INBOX_drover_system.x",
  ];
  const system = [
    ">",
    "SERVER.>",
    "SERVER.*.STATSZ",
    "ACCOUNT.>",
    "ACCOUNT.*.CONNECT",
    "ACCOUNT.*.DISCONNECT",
    "REQ.>",
    "REQ.SERVER.PING",
    "REQ.SERVER.PING.CONNZ",
    "REQ.SERVER.PING.VARZ",
    "REQ.SERVER.*.KICK",
    "REQ.CLAIMS.UPDATE",
    "REQ.CLAIMS.LIST",
    "REQ.CLAIMS.DELETE",
    "REQ.CLAIMS.PACK",
    "REQ.ACCOUNT.*.CLAIMS.LOOKUP",
    "REQ.ACCOUNT.PING.CONNZ",
    "REQ.ACCOUNT.PING.STATZ",
    "REQ.USER.INFO",
    "REQ.USER.AUTH",
    "DEBUG.SUBSCRIBERS",
    "REQ.SERVER.PING.STATSZ",
    "REQ.SERVER.x.RELOAD",
    "_INBOX.x",
  ].map((rest) => `$SYS.${rest}`);
  const stream = [
    ">",
    "API.>",
    "API.INFO",
    "API.STREAM.LIST",
    "API.STREAM.NAMES",
    "API.STREAM.CREATE.X",
    "API.STREAM.PURGE.X",
    "API.STREAM.DELETE.X",
    "API.STREAM.MSG.GET.X",
    "API.STREAM.UPDATE.X",
    "API.CONSUMER.CREATE.X",
    "API.CONSUMER.MSG.NEXT.X.y",
    "API.DIRECT.GET.X",
    "API.ACCOUNT.PURGE.X",
    "ACK.X.y.1.1.1.1.1",
    "FC.x",
    "EVENT.>",
    "API.META.LEADER.STEPDOWN",
  ].map((rest) => `$JS.${rest}`);
  const other = [
    "_R_.x",
    "_R_.>",
    "_GR_.x.y.z",
    "_GR_.>",
    "$KV.x.y",
    "$KV.>",
    "$O.x",
    "$MQTT.>",
    "$SRV.PING",
    "$SRV.>",
    "$G.>",
    "_sys_",
    "$NRG.>",
    "$LDS.>",
    "$GNR.>",
  ];
  return [...new Set([...drover, ...nearly, ...deeper, ...wider, ...unknown, ...inboxes, ...system, ...stream, ...other])];
}

describe.each(natsServerVariants)("on %s", (program) => {
  let transport: Transport;
  let attacker: WireAgent;
  let victim: WireAgent;
  let seenByControlPlane: string[];
  let spy: NatsConnection;

  beforeAll(async () => {
    transport = await startTransport(program);
    attacker = await enrolAgent(transport, "attacker");
    victim = await enrolAgent(transport, "victim");
    seenByControlPlane = [];
    const { jwt, key } = transport.installation.users.responder;
    spy = await connect({
      servers: transport.natsUrl,
      tls: { ca: transport.installation.certificates.ca },
      authenticator: (nonce = "") => ({ jwt, nkey: key.keyId, sig: Buffer.from(key.sign(Buffer.from(nonce))).toString("base64url") }),
    });
    for (const channel of fromAgent)
      spy.subscribe(`drover.v1.${channel}.*`, { callback: (_error, message) => void seenByControlPlane.push(message.subject) });
    await spy.flush();
  });
  afterAll(async () => {
    await spy.close();
    await transport.stop();
  });

  /** What the server complains of while `act` uses the connection, which is closed then. */
  async function complaintsIn(connection: NatsConnection, act: () => Promise<void>): Promise<readonly Error[]> {
    const complaints: Error[] = [];
    const watching = (async () => {
      for await (const status of connection.status()) if (status.type === "error") complaints.push(status.error);
    })();
    await act();
    await connection.flush();
    await connection.close();
    await watching;
    return complaints;
  }

  const deniedIn = async (connection: NatsConnection, act: () => Promise<void>): Promise<readonly string[]> =>
    (await complaintsIn(connection, act)).flatMap((error) => (error instanceof PermissionViolationError ? [error.subject] : []));

  test("of more than 200 foreign subjects an agent may publish on none", async () => {
    const subjects = [
      ...foreignSubjects(attacker.cluster, victim.cluster),
      ...toAgent.map((channel) => subject(channel, attacker.cluster)),
      inboxPrefix(attacker.cluster),
    ];
    expect(subjects.length).toBeGreaterThan(200);
    seenByControlPlane.length = 0;
    const connection = await attacker.connect();
    const denied = await deniedIn(connection, async () => {
      for (const each of subjects) connection.publish(each, "x", { reply: `${inboxPrefix(attacker.cluster)}.y` });
    });
    expect([...denied].sort()).toEqual([...subjects].sort());
    await spy.flush();
    expect(seenByControlPlane).toEqual([]);
  });

  test("and subscribe to none, alone or in a queue group", async () => {
    const subjects = [
      ...foreignSubjects(attacker.cluster, victim.cluster),
      ...fromAgent.map((channel) => subject(channel, attacker.cluster)),
    ];
    for (const queue of [undefined, "drover-control-plane"]) {
      const connection = await attacker.connect();
      const denied = await deniedIn(connection, async () => {
        for (const each of subjects) {
          const subscription = connection.subscribe(each, { callback: () => {}, ...(queue === undefined ? {} : { queue }) });
          await connection.flush();
          if (!subscription.isClosed()) subscription.unsubscribe();
        }
      });
      expect([...new Set(denied)].sort()).toEqual([...subjects].sort());
    }
  });

  test("a chosen reply subject reaches nobody but other agents' own subjects, where what arrives is refused", async () => {
    const [mine, theirs] = [await attacker.connect(), await victim.connect()];
    const received: { readonly subject: string; readonly text: string }[] = [];
    for (const each of [...toAgent.map((channel) => subject(channel, victim.cluster)), `${inboxPrefix(victim.cluster)}.>`])
      theirs.subscribe(each, { callback: (_error, message) => void received.push({ subject: message.subject, text: message.string() }) });
    await theirs.flush();
    seenByControlPlane.length = 0;
    const targets = [
      ...channels.map((channel: Channel) => subject(channel, victim.cluster)),
      ...channels.map((channel: Channel) => subject(channel, attacker.cluster)),
      `${inboxPrefix(victim.cluster)}.a.b`,
      "$JS.API.STREAM.PURGE.X",
      "$JS.ACK.X.y.1.1.1.1.1",
      "$SYS.REQ.SERVER.PING",
      "$SYS.REQ.CLAIMS.UPDATE",
      "_R_.abcdef.x",
      "_GR_.a.b.c",
      "drover.v1.assign.*",
      ">",
      "$SRV.PING",
    ];
    for (const channel of fromAgent) for (const reply of targets) mine.publish(subject(channel, attacker.cluster), "{}", { reply });
    await mine.flush();
    // What came before it has been worked on. A wildcard as reply subject makes nats-server forget answers that are under way,
    // other agents' too; whoever misses one asks again.
    await waitUntil("the attacker is answered", () => sync(mine, attacker, {}, 500));
    await waitUntil("the victim is answered", () => sync(theirs, victim, {}, 500));
    await Promise.all([theirs.flush(), spy.flush()]);

    const self = { cluster: victim.cluster, clusterUid: victim.clusterUid, held: undefined };
    for (const { text } of received.filter(({ subject: each }) => each === subject("assign", victim.cluster))) {
      expect(() => {
        const message = readAssignMessage(JSON.parse(text));
        if (message.kind === "envelope") acceptEnvelope(message.envelope, victim.trusted, self);
      }).toThrow(DroverError);
    }
    // Nothing came to the control plane in anybody else's name: answers do not become requests.
    const asked = [...fromAgent.map((channel) => subject(channel, attacker.cluster)), subject("sync", victim.cluster)];
    expect([...new Set(seenByControlPlane)].sort()).toEqual(asked.sort());
    await Promise.all([mine.close(), theirs.close()]);
  });

  test("a JWT signed by anybody else, or by the agents' key with permissions of its own, is refused", async () => {
    const { accounts, agentSigning } = transport.installation;
    const issuedAt = Math.floor(Date.now() / 1000);
    const claims = { name: attacker.cluster, subject: attacker.key.publicText, issuedAt };
    const withPermissions = encodeNatsJwt(
      {
        ...claims,
        nats: {
          type: "user",
          issuer_account: accounts.agents,
          pub: { allow: [">"] },
          sub: { allow: [">"] },
          subs: -1,
          data: -1,
          payload: -1,
        },
      },
      agentSigning,
    );
    const selfSigned = encodeNatsJwt({ ...claims, nats: { type: "user", issuer_account: accounts.agents } }, attacker.key);
    const inControl = encodeNatsJwt({ ...claims, nats: { type: "user", issuer_account: accounts.control } }, agentSigning);
    for (const jwt of [withPermissions, selfSigned, inControl]) {
      const forged: WireAgent = { ...attacker, identity: { ...attacker.identity, jwt } };
      const { identity, key } = forged;
      const attempt = connect({
        servers: transport.natsUrl,
        tls: { ca: identity.ca },
        reconnect: false,
        authenticator: (nonce = "") => ({
          jwt,
          nkey: key.publicText,
          sig: Buffer.from(key.sign(Buffer.from(nonce))).toString("base64url"),
        }),
      });
      await expect(attempt).rejects.toThrow("Authorization Violation");
    }
  });

  test("a message of more than 256 KB ends the connection; a seventeenth subscription is refused", async () => {
    const greedy = await attacker.connect();
    const complaints = await complaintsIn(greedy, async () => {
      for (let n = 0; n < 17; n += 1) greedy.subscribe(`${inboxPrefix(attacker.cluster)}.${n}`, { callback: () => {} });
    });
    expect(complaints.map(({ message }) => message)).toEqual([expect.stringMatching(/maximum subscriptions exceeded/i)]);

    const loud = await attacker.connect();
    await loud.flush(); // the server tells the limit with its second INFO
    const tooMuch = (): void => loud.publish(subject("sync", attacker.cluster), new Uint8Array(256 * 1024 + 1));
    seenByControlPlane.length = 0;
    const outcome = await Promise.resolve()
      .then(tooMuch)
      .then(() => loud.closed(), String);
    expect(String(outcome)).toMatch(/payload/i);
    await spy.flush();
    expect(seenByControlPlane).toEqual([]);
    await loud.close();
  });
});
