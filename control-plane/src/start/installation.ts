import { resolve } from "node:path";
import { systemClock } from "@drover/kit/node";
import { createKeyFolder } from "../adapters/keys/key-folder.ts";
import { createNatsConfigWriter } from "../adapters/nats/server-config.ts";
import { createCertificateFolder } from "../adapters/tls/certificate-folder.ts";
import { createBootstrap, type Installation } from "../app/bootstrap.ts";
import type { Config } from "../config.ts";
import type { Listener } from "../setting-reader.ts";

/** Where things lie under the data directory. */
export const places = (config: Config) => {
  const at = (name: string): string => resolve(config.dataDir, name);
  return {
    keys: at("keys"),
    tls: at("tls"),
    nats: at("nats"),
    adminToken: at("admin-token"),
    firstAdmin: at("first-admin"),
    fleet: at("fleet.git"),
  };
};

/** Finds or makes keys, certificates and the NATS configuration. Idempotent: `drover bootstrap`, and the start of every server. */
export function openInstallation(config: Config, natsListener: Listener): Promise<Installation> {
  const { keys, tls, nats } = places(config);
  const keyFolder = createKeyFolder(keys);
  const bootstrap = createBootstrap({
    keys: keyFolder,
    issueCertificates: createCertificateFolder(tls, keyFolder, systemClock.now),
    writeNatsConfig: createNatsConfigWriter(nats, { listen: natsListener }),
    now: systemClock.now,
  });
  return bootstrap(config.tlsNames);
}
