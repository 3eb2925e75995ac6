import { setTimeout as delay } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { natsServerVariants } from "@drover/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentsAccountJwt } from "../../control-plane/src/domain/identity/accounts.ts";
import { admin, enrolAgent, startTransport, sync, type Transport, type WireAgent } from "../support/transport.ts";
import { waitUntil } from "../support/wait-until.ts";

const cutWithinMs = 1_000;

/** Undefined when the agent is let in. */
const refusalOf = async (agent: WireAgent): Promise<string | undefined> => {
  try {
    await (await agent.connect()).close();
    return undefined;
  } catch (error) {
    return String(error);
  }
};

const endedWithin = (connection: NatsConnection, ms: number): Promise<boolean> =>
  Promise.race([connection.closed().then(() => true), delay(ms, false)]);

describe.each(natsServerVariants)("on %s", (program) => {
  let transport: Transport;
  beforeAll(async () => void (transport = await startTransport(program)));
  afterAll(() => transport.stop());

  test("a live agent is cut within a second and not let in again; the others stay", async () => {
    const [bad, good] = [await enrolAgent(transport, "bad"), await enrolAgent(transport, "good")];
    const [live, other] = [await bad.connect(), await good.connect()];
    const started = performance.now();
    const ended = endedWithin(live, cutWithinMs);
    const cut = await transport.revoke(bad.cluster, "stolen", admin);
    expect(await ended).toBe(true);
    expect(performance.now() - started).toBeLessThan(cutWithinMs);
    expect(cut).toMatchObject({ answered: [expect.stringMatching(/^N/)], missing: [] });
    expect(await refusalOf(bad)).toContain("Authorization");
    expect(await sync(other, good)).toMatchObject({ kind: "envelope" });
    await other.close();
  });

  test("an older account JWT that somebody pushed is put right as soon as a revoked agent comes with it", async () => {
    const bad = await enrolAgent(transport, "bad-with-friends");
    await transport.revoke(bad.cluster, "stolen", admin);
    const { operatorSigning, accounts } = transport.installation;
    const older = agentsAccountJwt(operatorSigning, accounts, { issuedAt: 1_700_000_000, revocations: {} });
    // The control plane may be pushing at the same time; the older one must have come last for a moment.
    const connection = await waitUntil("the revoked agent gets in", async () => {
      await transport.links.system.live().request("$SYS.REQ.CLAIMS.UPDATE", older, { timeout: 2_000 });
      return bad.connect().catch(() => undefined);
    });
    expect(await endedWithin(connection, cutWithinMs)).toBe(true);
    await waitUntil("it is refused again", async () => (await refusalOf(bad)) !== undefined, cutWithinMs);
  });

  test("a server that was down and has lost what it knew refuses the agent soon after it is back", async () => {
    const bad = await enrolAgent(transport, "bad-at-night");
    await transport.server.kill();
    expect(await transport.revoke(bad.cluster, "stolen", admin)).toBe("pending");
    await transport.wipeServer();
    await transport.startServer();
    await waitUntil("it is refused", async () => (await refusalOf(bad))?.includes("Authorization"), 15_000);
  });
});
