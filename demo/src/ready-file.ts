import { rename, writeFile } from "node:fs/promises";
import type { World } from "./world.ts";

/** What somebody needs to work with a fleet that is up. A promise to scripts: members are only added. */
export interface Ready {
  readonly api: string;
  /** `host:port`, over TLS. */
  readonly grpc: string;
  readonly console: string;
  readonly tokenFile: string;
  readonly caFile: string;
  readonly dataDir: string;
  readonly clusters: readonly {
    readonly name: string;
    readonly id: string;
    readonly environment: string;
    readonly kubeconfig?: string;
  }[];
}

export const readyOf = ({ controlPlane, clusters, ids }: World, dataDir: string): Ready => ({
  api: controlPlane.apiUrl,
  grpc: controlPlane.grpc,
  console: controlPlane.apiUrl,
  tokenFile: controlPlane.tokenFile,
  caFile: controlPlane.caFile,
  dataDir,
  clusters: clusters.map(({ plan, kubeconfig }) => ({
    name: plan.name,
    id: ids.get(plan.name) ?? "",
    environment: plan.environment,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  })),
});

/** Renamed into place: whoever waits for the file never reads half of it. */
export async function writeReadyFile(file: string, ready: Ready): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(ready, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
