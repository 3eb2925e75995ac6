import { instant, Secret } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { createNkey, nkeyFromSeed } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { createMemoryCluster } from "../src/adapters/memory/cluster.ts";
import type { EnrolmentApi } from "../src/app/control-plane.ts";
import type { Enrolled } from "../src/app/enrol.ts";
import { dueInMs, renew } from "../src/app/renew.ts";
import { IdentityStore } from "../src/app/state/identity-store.ts";
import { SecretRecords } from "../src/app/state/secret-records.ts";
import { silentLog, TestControlPlane } from "./support/control-plane.ts";

const { signal } = new AbortController();
const day = 86_400_000;
const request = { token: "", nonce: "", publicKey: "", clusterUid: "u1", kubernetesVersion: "", agentVersion: "", signature: "" };

async function enrolled(controlPlane: TestControlPlane): Promise<Enrolled> {
  return { seed: new Secret(createNkey("user").seedText), identity: await controlPlane.enrolment.enrol(request, signal) };
}

async function identities(): Promise<IdentityStore> {
  const records = new SecretRecords(createMemoryCluster({ name: "renew" }).kube, "drover-system");
  await records.prepare(signal);
  return new IdentityStore(records, "u1");
}

test("is due in the second third of its life", async () => {
  const { seed, identity } = await enrolled(new TestControlPlane(systemClock));
  const at = instant(Date.parse(identity.serverTime));
  expect(dueInMs({ seed, identity }, at, 0)).toBe(10 * day);
  expect(dueInMs({ seed, identity }, at, 0.999)).toBeCloseTo(20 * day, -8);
  expect(dueInMs({ seed, identity }, instant(at + 40 * day), 0)).toBe(0);
});

test("a lost answer is asked for again with the same new key", async () => {
  const controlPlane = new TestControlPlane(systemClock);
  const store = await identities();
  let current = await enrolled(controlPlane);
  const asked: string[] = [];
  let answers = false;
  const api: EnrolmentApi = {
    ...controlPlane.enrolment,
    renew: async (renewal) => {
      asked.push(renewal.newPublicKey);
      const answer = await controlPlane.enrolment.renew(renewal, signal);
      if (!answers) throw new Error("the answer is lost");
      return answer;
    },
  };
  const renewed = async (next: Enrolled): Promise<void> => void (current = next);
  const deps = { api, identities: store, clock: systemClock, random: Math.random, log: silentLog, current: () => current, renewed };
  await expect(renew(deps, signal)).rejects.toThrow("lost");
  answers = true;
  await renew(deps, signal);
  expect(new Set(asked).size).toBe(1);
  expect(nkeyFromSeed("user", current.seed.reveal()).publicText).toBe(asked[0]);
  expect(current.identity.renewals).toBe(1);
  expect((await store.load(signal))?.nextSeed).toBeUndefined();
});
