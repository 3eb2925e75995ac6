import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Delivery, startGitHost } from "@drover/tools";
import { type Checkout, cloneRepository, type Credentials, writeCredentialFile } from "./checkout.ts";
import { fleetFiles } from "./fleet-repository.ts";

/** The git host of the demo, and a person's clone of each repository on it. */
export interface Repositories {
  readonly url: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Also for people. */
  readonly credentialFile: string;
  readonly fleetUrl: string;
  readonly application: Checkout;
  readonly fleet: Checkout;
  /** Tells a webhook about every push from now on. */
  announceTo(url: string, secret: string, caFile: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a git host with the application's repository, still empty, the fleet repository as a person begins it, and an empty one for an
 * application of the person's own.
 */
export async function startRepositories(folder: string, logs: string, port: number): Promise<Repositories> {
  const credentials = { username: "demo", password: randomBytes(24).toString("base64url") };
  const log = join(logs, "webhooks.log");
  const onDelivery = (delivery: Delivery): void => appendFileSync(log, `${JSON.stringify(delivery)}\n`, { mode: 0o600 });
  const host = await startGitHost({ root: join(folder, "git"), port, credentials, onDelivery });
  try {
    const applicationUrl = await host.createRepository("web");
    const fleetUrl = await host.createRepository("fleet");
    await host.createRepository("hello");
    const application = await cloneRepository(applicationUrl, join(folder, "checkouts/web"), credentials);
    const fleet = await cloneRepository(fleetUrl, join(folder, "checkouts/fleet"), credentials);
    await fleet.push("Begin the fleet", fleetFiles(applicationUrl));
    return {
      url: host.url,
      port: host.port,
      credentials,
      credentialFile: await writeCredentialFile(join(folder, "git-credentials"), host.url, credentials),
      fleetUrl,
      application,
      fleet,
      announceTo: async (url, secret, caFile) => host.addWebhook({ url, secret, ca: await readFile(caFile, "utf8") }),
      stop: () => host.stop(),
    };
  } catch (error) {
    await host.stop();
    throw error;
  }
}
