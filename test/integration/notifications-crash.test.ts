import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { notificationFailpoints } from "../../control-plane/src/app/failpoint.ts";
import { prepareControlPlane, type Replica } from "../support/control-plane.ts";
import { dieAt, hasDied } from "../support/crashes.ts";
import { type HttpReceiver, type Received, startHttpReceiver } from "../support/http-receiver.ts";
import { waitUntil } from "../support/wait-until.ts";

interface Told {
  readonly id: string;
  readonly data: { readonly event: string; readonly text: string };
}

const toldTo = (receiver: HttpReceiver, path: string): readonly Told[] =>
  receiver.received.filter((one: Received) => one.path === path).map(({ body }) => JSON.parse(body) as Told);

/** Each process is killed on the way of a message; what it left is told by the one after it, once in the log and at least once in the world. */
test("a process is killed on a message's way, and everybody is told all the same, in order", { timeout: 240_000 }, async () => {
  const receiver = await startHttpReceiver();
  onTestFinished(receiver.stop);
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const secrets = join(world.git.credentialsDir, "hooks");
  await mkdir(secrets);
  await writeFile(join(secrets, "signing-key"), `whsec_${randomBytes(32).toString("base64")}`);
  const file = (path: string): string => `receiver: { type: Webhook, url: "${receiver.url}${path}", credentialsRef: hooks }\n`;
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "notifications/first.yaml": file("/first"),
    "notifications/second.yaml": file("/second"),
  });
  const env = { DROVER_EGRESS_ALLOW: `${world.git.address},${receiver.address}` };
  const undisturbed = await world.start(env);
  await waitUntil("the fleet is projected", async () => (await undisturbed.client()("listNotifications")).items.length === 2, 30_000);

  let stops = 0;
  const stopAndRelease = async (replica: Replica): Promise<void> => {
    const reason = `stop ${(stops += 1)}`;
    const ask = (operation: "stopFleet" | "releaseStop") =>
      replica
        .client()(operation, { body: { reason } })
        .catch(() => undefined);
    await waitUntil("it is stopped", async () => hasDied(replica) || (await ask("stopFleet")) !== undefined, 20_000);
    await waitUntil("and goes on", async () => hasDied(replica) || (await ask("releaseStop")) !== undefined, 20_000);
    await waitUntil("it died, or it has told", async () => hasDied(replica) || hasTold(receiver, reason), 20_000);
  };
  await stopAndRelease(undisturbed);
  await undisturbed.process.stop();
  for (const point of notificationFailpoints) await dieAt(world, { point }, stopAndRelease, env);

  const last = await world.start(env);
  await stopAndRelease(last);
  await waitUntil("all is written down", async () => {
    const { rows } = await world.database.query({ text: "select from deliveries where state <> 'Delivered'" });
    return rows.length === 0;
  });
  const { rows } = await world.database.query<{ notification: string; id: string; event: string; text: string }>({
    text: "select notification, id, event, message ->> 'text' as text from deliveries order by seq",
  });
  const { rows: events } = await world.database.query<{ kind: string; reason: string }>({
    text: "select kind, body ->> 'reason' as reason from events where kind in ('FleetStopped', 'FleetStopReleased') order by xid, id",
  });
  const kinds: Readonly<Record<string, string>> = { FleetStopped: "EmergencyStop", FleetStopReleased: "EmergencyStopReleased" };
  const wanted = events.map(({ kind, reason }) => `${kinds[kind]} users/admin: ${reason}`);
  for (const notification of ["first", "second"]) {
    const logged = rows.filter((row) => row.notification === notification);
    expect(logged.map(({ event, text }) => `${event} ${text}`)).toEqual(wanted);
    const told = toldTo(receiver, `/${notification}`);
    const once = told.filter(({ id }, index) => told.findIndex((other) => other.id === id) === index);
    expect(once.map(({ id }) => id)).toEqual(logged.map(({ id }) => id));
  }
});

const hasTold = (receiver: HttpReceiver, reason: string): boolean =>
  ["/first", "/second"].every((path) =>
    toldTo(receiver, path).some(({ data }) => data.event === "EmergencyStopReleased" && data.text.endsWith(`: ${reason}`)),
  );
