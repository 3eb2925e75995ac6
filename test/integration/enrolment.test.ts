import { createNkey, enrolmentProof, renewalProof } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addCluster, admin, enrolAgent, enrolRequest, startTransport, sync, type Transport } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

const tokenFor = async (name: string, ttlMs = 60_000): Promise<string> => {
  const cluster = await addCluster(transport.database, name);
  return (await transport.enrolment.createToken(cluster, ttlMs, admin)).token.reveal();
};

test("an agent that enrols is let into NATS and answered", async () => {
  const agent = await enrolAgent(transport, "first");
  const connection = await agent.connect();
  expect(await sync(connection, agent)).toMatchObject({ kind: "envelope" });
  await connection.close();
});

test("a token works once", async () => {
  const token = await tokenFor("once");
  await transport.enrolment.enrol(await enrolRequest(transport, token, createNkey("user"), "uid"), "test");
  const second = await enrolRequest(transport, token, createNkey("user"), "uid");
  await expect(transport.enrolment.enrol(second, "test")).rejects.toMatchObject({
    code: "ENROLMENT_TOKEN_USED",
    message: expect.stringContaining("create a new one"),
  });
});

test("the same key gets the same answer again, for its answer may have been lost", async () => {
  const token = await tokenFor("again");
  const key = createNkey("user");
  const first = await transport.enrolment.enrol(await enrolRequest(transport, token, key, "uid"), "test");
  expect(await transport.enrolment.enrol(await enrolRequest(transport, token, key, "uid"), "test")).toEqual(first);
});

test("an expired token is refused", async () => {
  const token = await tokenFor("late");
  await transport.database.query({
    text: "update enrolment_tokens set expires_at = now() - interval '1 second' where id = $1",
    values: [token.split("_")[1]],
  });
  const request = await enrolRequest(transport, token, createNkey("user"), "uid");
  await expect(transport.enrolment.enrol(request, "test")).rejects.toMatchObject({
    code: "ENROLMENT_TOKEN_EXPIRED",
    message: expect.stringContaining("create a new one"),
  });
});

test.each([0, 999, 7 * 24 * 60 * 60 * 1000 + 1])("a lifetime of %d ms is refused, with the bounds", async (ttlMs) => {
  await expect(tokenFor(`ttl-${ttlMs}`, ttlMs)).rejects.toMatchObject({
    code: "ENROLMENT_TTL_INVALID",
    message: expect.stringContaining("between 1s and 7d"),
  });
});

test("a token of another installation, or with another secret, is refused", async () => {
  const [, id] = (await tokenFor("mine")).split("_");
  const [, foreignId, secret] = (await tokenFor("other")).split("_");
  for (const token of [`drv1_${id}_${secret}`, `drv1_${foreignId!.replace(/^./, foreignId!.startsWith("a") ? "b" : "a")}_${secret}`]) {
    const request = await enrolRequest(transport, token, createNkey("user"), "uid");
    await expect(transport.enrolment.enrol(request, "test")).rejects.toMatchObject({
      code: "ENROLMENT_TOKEN_UNKNOWN",
      message: expect.stringContaining("check API address and token"),
    });
  }
});

test("a request that its key did not sign is refused, and the token stays good", async () => {
  const token = await tokenFor("proof");
  const key = createNkey("user");
  const request = await enrolRequest(transport, token, key, "uid");
  const swapped = { ...request, publicKey: createNkey("user").publicText };
  await expect(transport.enrolment.enrol(swapped, "test")).rejects.toMatchObject({ code: "SIGNATURE_INVALID" });
  await expect(transport.enrolment.enrol({ ...request, clusterUid: "another" }, "test")).rejects.toMatchObject({
    code: "SIGNATURE_INVALID",
  });
  expect(await transport.enrolment.enrol(request, "test")).toMatchObject({ clusterName: "proof" });
});

test("a challenge serves once, and only if we made it", async () => {
  const key = createNkey("user");
  const used = await enrolRequest(transport, await tokenFor("nonce-1"), key, "uid");
  await transport.enrolment.enrol(used, "test");
  const token = await tokenFor("nonce-2");
  const sign = (nonce: string) => {
    const signature = Buffer.from(key.sign(enrolmentProof(nonce, token, key.publicText, "uid"))).toString("base64");
    return { ...used, token, nonce, signature };
  };
  await expect(transport.enrolment.enrol(sign(used.nonce), "test")).rejects.toMatchObject({ code: "CHALLENGE_USED" });
  await expect(transport.enrolment.enrol(sign(`${used.nonce.slice(0, -2)}AA`), "test")).rejects.toMatchObject({
    code: "CHALLENGE_INVALID",
  });
});

test("of fifty agents with one token, one enrols", async () => {
  const token = await tokenFor("race");
  const requests = await Promise.all(Array.from({ length: 50 }, () => enrolRequest(transport, token, createNkey("user"), "uid")));
  const results = await Promise.allSettled(requests.map((request) => transport.enrolment.enrol(request, "test")));
  const refusals = results.flatMap((result) => (result.status === "rejected" ? [(result.reason as { code: string }).code] : []));
  expect(refusals).toEqual(Array(49).fill("ENROLMENT_TOKEN_USED"));
});

test("a token for an enrolled cluster keeps its id and raises its enrolment; another Kubernetes cluster is refused", async () => {
  const agent = await enrolAgent(transport, "renewed");
  const token = (await transport.enrolment.createToken(agent.cluster, 60_000, admin)).token.reveal();
  const other = await enrolRequest(transport, token, createNkey("user"), "uid-of-a-copy");
  await expect(transport.enrolment.enrol(other, "test")).rejects.toMatchObject({ code: "ENROLMENT_CLUSTER_UID" });
  const same = await enrolRequest(transport, token, createNkey("user"), agent.clusterUid);
  expect(await transport.enrolment.enrol(same, "test")).toMatchObject({ cluster: agent.cluster, enrolment: 2 });
});

test("an agent renews its key with its old one; the counter gives a copy away", async () => {
  const agent = await enrolAgent(transport, "renewing");
  const next = createNkey("user");
  const request = async (counter: number, by = agent.key, to = next) => {
    const { nonce } = await transport.enrolment.challenge();
    const signature = Buffer.from(by.sign(renewalProof(nonce, agent.cluster, counter, to.publicText))).toString("base64");
    return { cluster: agent.cluster, nonce, counter, newPublicKey: to.publicText, signature };
  };
  await expect(transport.renew(await request(0, createNkey("user")), "test")).rejects.toMatchObject({ code: "SIGNATURE_INVALID" });
  expect(await transport.renew(await request(0), "test")).toMatchObject({ renewals: 1 });
  expect(await transport.renew(await request(0), "test")).toMatchObject({ renewals: 1 }); // its answer was lost
  const copy = await request(0, agent.key, createNkey("user"));
  await expect(transport.renew(copy, "test")).rejects.toMatchObject({ code: "RENEWAL_COUNTER" });

  const back = await request(1, next, agent.key);
  await expect(transport.renew(back, "test")).rejects.toMatchObject({ code: "ENROLMENT_KEY_TAKEN" });
  const connection = await agent.connect(); // the key before still works while they overlap
  expect(await sync(connection, agent)).toMatchObject({ kind: "envelope" });
  await connection.close();
});

test("a revoked cluster may neither renew nor enrol with its old key, but with a new token and key", async () => {
  const agent = await enrolAgent(transport, "back-again");
  await transport.revoke(agent.cluster, "test", admin);
  const { nonce } = await transport.enrolment.challenge();
  const next = createNkey("user");
  const signature = Buffer.from(agent.key.sign(renewalProof(nonce, agent.cluster, 0, next.publicText))).toString("base64");
  const renewal = { cluster: agent.cluster, nonce, counter: 0, newPublicKey: next.publicText, signature };
  await expect(transport.renew(renewal, "test")).rejects.toMatchObject({ code: "CLUSTER_NOT_ENROLLED" });
  const token = (await transport.enrolment.createToken(agent.cluster, 60_000, admin)).token.reveal();
  const same = await enrolRequest(transport, token, agent.key, agent.clusterUid);
  await expect(transport.enrolment.enrol(same, "test")).rejects.toMatchObject({ code: "ENROLMENT_KEY_TAKEN" });
  const fresh = await enrolRequest(transport, token, next, "uid-of-its-rebuilt-cluster");
  expect(await transport.enrolment.enrol(fresh, "test")).toMatchObject({ enrolment: 2 });
});

test("a token that was made before a revocation does not undo it", async () => {
  const agent = await enrolAgent(transport, "leaked");
  const token = (await transport.enrolment.createToken(agent.cluster, 60_000, admin)).token.reveal();
  await transport.revoke(agent.cluster, "stolen", admin);
  const request = await enrolRequest(transport, token, createNkey("user"), agent.clusterUid);
  await expect(transport.enrolment.enrol(request, "test")).rejects.toMatchObject({ code: "ENROLMENT_TOKEN_EXPIRED" });
});
