import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DroverError } from "@drover/kit";
import { createKeyFolder } from "../adapters/keys/key-folder.ts";
import { createFolderSecret, type FolderSecret } from "../adapters/kubernetes/folder-secret.ts";
import { openOwnCluster, type OwnCluster } from "../adapters/kubernetes/own-cluster.ts";
import { newTokenText } from "../app/access/token-text.ts";
import type { Config } from "../config.ts";
import { openInstallation, places } from "./installation.ts";

/** Another bootstrap at the same time is rare, and done within seconds. */
const maxAttempts = 5;

const labels = { "app.kubernetes.io/part-of": "drover", "app.kubernetes.io/managed-by": "drover-bootstrap" };

/**
 * Finds or makes the installation in Secrets of the pod's namespace: keys, certificates, nats.conf and the first admin token. Running it
 * again changes nothing but certificates that are due, and what serves with them is restarted. Answers what to tell the person.
 */
export async function bootstrapSecrets(
  config: Config,
  prefix: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const cluster = await openOwnCluster(config.serviceAccountDir, env);
  const { keys, tls, nats, firstAdmin } = places(config);
  const folders = { keys, tls, nats, "admin-token": firstAdmin };
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const secrets = Object.entries(folders).map(
      ([name, folder]) => [`${prefix}-${name}`, createFolderSecret(cluster, `${prefix}-${name}`, folder, labels)] as const,
    );
    for (const [, secret] of secrets) await secret.fetch();
    const before = await certificatesIn(tls);
    await openInstallation(config, config.natsListen);
    await createKeyFolder(firstAdmin).keep("token", newTokenText);
    const stored = await storeAll(secrets);
    if (stored !== "lost") {
      const after = await certificatesIn(tls);
      const renewed = before !== undefined && before !== after;
      if (renewed) for (const workload of config.bootstrapRestarts) await restart(cluster, workload, after ?? "");
      return [
        ...stored,
        ...(renewed ? config.bootstrapRestarts.map((workload) => `restarted ${workload}: its certificate is a new one`) : []),
      ];
    }
    // Somebody else's keys are the installation's now; ours go.
    await Promise.all(Object.values(folders).map((folder) => rm(folder, { recursive: true, force: true })));
  }
  throw new DroverError(
    "unavailable",
    "BOOTSTRAP_BUSY",
    `bootstrap into Secrets ${prefix}-*: others changed them ${maxAttempts} times meanwhile; run it again`,
  );
}

/** Keys first: what the others hold was made with them. */
async function storeAll(secrets: readonly (readonly [string, FolderSecret])[]): Promise<readonly string[] | "lost"> {
  const said: string[] = [];
  for (const [name, secret] of secrets) {
    const outcome = await secret.store();
    if (outcome === "lost") return "lost";
    said.push(`secret/${name} ${outcome}`);
  }
  return said;
}

/** Of the servers' certificates; undefined before the first. */
async function certificatesIn(folder: string): Promise<string | undefined> {
  try {
    const texts = await Promise.all(["nats.pem", "rest.pem", "grpc.pem"].map((file) => readFile(join(folder, file))));
    return createHash("sha256").update(Buffer.concat(texts)).digest("hex");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** As `kubectl rollout restart` does. */
async function restart(cluster: OwnCluster, workload: string, certificates: string): Promise<void> {
  const [kind = "", name = ""] = workload.split("/");
  const template = { metadata: { annotations: { "drover.dev/certificates": certificates } } };
  await cluster.patch("/apis/apps/v1", `${kind}s/${name}`, { spec: { template } });
}
