import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import { commandsIn } from "../support/guide-commands.ts";
import { readGuide } from "../support/guide-reader.ts";
import { type HttpReceiver, startHttpReceiver } from "../support/http-receiver.ts";
import { type MailReceiver, startMailReceiver } from "../support/mail-receiver.ts";
import { waitUntil } from "../support/wait-until.ts";

const stops: (() => Promise<void>)[] = [];
let world: TestControlPlane;
let replica: Replica;
let api: Client;
let drover: DroverCli;
let receiver: HttpReceiver;
let mail: MailReceiver;

const guide = readGuide("notifications.md", () => drover);
const blocks = commandsIn("notifications.md");
const names = ["shop-halts", "shop-teams", "release-mail", "on-call", "everything"];

/** A block as it is written, in a folder of the reader's. */
const type = (block: string, cwd: string, env: Readonly<Record<string, string>> = {}) =>
  promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", block], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    timeout: 20_000,
  });

const blockWith = (words: string): string => blocks.find((block) => block.includes(words)) ?? "";

beforeAll(async () => {
  receiver = await startHttpReceiver();
  stops.push(receiver.stop);
  world = await prepareControlPlane();
  stops.push(world.stop);
  const pem = await readFile(join(world.dataDir, "tls/rest.pem"), "utf8");
  mail = await startMailReceiver({ key: pem, cert: pem, user: "drover", password: "secret" });
  stops.push(mail.stop);
  await type(blockWith("openssl rand").replaceAll(".drover/credentials", world.git.credentialsDir), world.folder);
  const secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "slack-shop": { "webhook-url": `${receiver.url}/slack` },
    "teams-shop": { "webhook-url": `${receiver.url}/teams` },
    mail: { "smtp-url": `smtp://drover:secret@localhost:${mail.port}`, "ca.crt": await readFile(world.caFile, "utf8") },
    "pager-duty": { "routing-key": "0123456789abcdef0123456789abcdef", "events-url": `${receiver.url}/pager` },
  };
  for (const [name, files] of Object.entries(secrets)) {
    await mkdir(join(world.git.credentialsDir, name));
    for (const [file, text] of Object.entries(files)) await writeFile(join(world.git.credentialsDir, name, file), text);
  }
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "projects/shop.yaml": "description: the shop\n",
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\n",
    ...Object.fromEntries(
      names.map((name) => {
        const file = `notifications/${name}.yaml`;
        return [file, (guide.files.get(file) ?? "").replace("https://hooks.example.com", receiver.url)];
      }),
    ),
  });
  replica = await world.start({ DROVER_EGRESS_ALLOW: `${world.git.address},${receiver.address},localhost:${mail.port}` });
  api = replica.client();
  drover = droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
  await waitUntil("the notifications are projected", async () => (await api("listNotifications")).items.length === names.length, 30_000);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

test("each of the guide's five receivers is reached", async () => {
  const { out } = await guide.run("drover notification test everything");
  expect(out).toMatch(/^delivery\/\S+ to everything \(Webhook\) delivered: HTTP 204\n$/);
  for (const name of names.slice(0, 4)) {
    const { status, out: said } = await drover("notification", "test", name);
    expect([name, status, said]).toEqual([name, 0, expect.stringContaining("delivered")]);
  }
  expect(mail.received[0]?.to).toEqual(["releases@example.com"]);
  expect((await guide.run("drover get notifications")).out).toMatch(/everything +Webhook +all +all +0 +0/);
  expect((await guide.run("drover get deliveries")).out.trim().split("\n")).toHaveLength(6);
});

test("a dead letter is found, and sent again", async () => {
  receiver.answerNext({ status: 404, body: "channel_is_archived" });
  const refused = await drover("notification", "test", "shop-halts");
  expect([refused.status, refused.out]).toEqual([
    1,
    expect.stringContaining("refused: NOTIFICATION_REFUSED: HTTP 404: channel_is_archived"),
  ]);
  const { out } = await guide.run("drover get deliveries --field-selector state=Dead");
  const [, id = ""] = out.split("\n")[1]?.match(/^(\S+) /) ?? [];
  const again = await guide.run('drover notification retry DELIVERY --reason "the channel is there again"', { DELIVERY: id });
  expect(again.out).toContain("delivered");
});

test("a reader checks the signature with Node and with openssl", async () => {
  const { headers, body } = receiver.received.find(({ path }) => path === "/drover") as HttpReceiver["received"][number];
  const key = await readFile(join(world.git.credentialsDir, "hooks/signing-key"), "utf8");
  const text = readFileSync(new URL("../../docs/guides/notifications.md", import.meta.url), "utf8");
  const file = join(world.folder, "check.mjs");
  await writeFile(file, /^```js\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? "");
  const { isFromDrover } = (await import(pathToFileURL(file).href)) as {
    isFromDrover: (key: string, headers: object, body: string, now?: number) => boolean;
  };
  expect(isFromDrover(key, headers, body)).toBe(true);
  expect(isFromDrover(key, headers, `${body} `)).toBe(false);
  expect(isFromDrover(key, headers, body, Date.now() + 400_000)).toBe(false);
  expect(isFromDrover(`whsec_${Buffer.alloc(32).toString("base64")}`, headers, body)).toBe(false);

  const folder = join(world.folder, "openssl");
  await mkdir(folder);
  await writeFile(join(folder, "signing-key"), key);
  await writeFile(join(folder, "body.json"), body);
  const env = {
    WEBHOOK_ID: String(headers["webhook-id"]),
    WEBHOOK_TIMESTAMP: String(headers["webhook-timestamp"]),
    WEBHOOK_SIGNATURE: String(headers["webhook-signature"]),
  };
  await type(blockWith("macopt"), folder, env);
  await expect(type(blockWith("macopt"), folder, { ...env, WEBHOOK_TIMESTAMP: "1" })).rejects.toThrow("Command failed");
});

test("no command of the guide is left out", () => {
  const typed = [blockWith("openssl rand"), blockWith("macopt")].flatMap((block) => block.trim().split("\n"));
  expect(guide.unused().filter((line) => !typed.includes(line))).toEqual([]);
});
