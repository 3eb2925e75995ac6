import type { Client } from "@drover/proto/rest";

export interface ConsolePage {
  readonly name: string;
  /** Of the lively fleet; ids are known only when it runs. */
  readonly path: string | ((api: Client) => Promise<string>);
}

/** Every page of the console, some in more than one state. Tests of contrast, names and keyboards, and the screenshots, walk over it. */
export const consolePages: readonly ConsolePage[] = [
  { name: "fleet", path: "/" },
  { name: "clusters", path: "/clusters" },
  { name: "clusters-filtered", path: "/clusters?filter=region%3Deu-west&sort=-name" },
  { name: "clusters-none", path: "/clusters?filter=nowhere" },
  { name: "add-cluster", path: "/clusters?add=yes" },
  { name: "cluster", path: "/clusters/us-east-7" },
  { name: "cluster-degraded", path: "/clusters/eu-west-1" },
  { name: "cluster-offline", path: "/clusters/us-east-12" },
  { name: "cluster-pending", path: "/clusters/ap-south-11" },
  { name: "cluster-not-there", path: "/clusters/nowhere" },
  { name: "history", path: "/history" },
  { name: "history-compared", path: async (api) => `/history?against=${await firstVersionsAt(api)}` },
  { name: "audit", path: "/audit" },
  { name: "tokens", path: "/tokens" },
  { name: "applications", path: "/applications" },
  { name: "application", path: "/applications/web" },
  { name: "rollouts", path: "/rollouts" },
  { name: "rollout-halted", path: async (api) => `/rollouts/${await rolloutIn(api, "Halted")}` },
  { name: "rollout-running", path: async (api) => `/rollouts/${await rolloutIn(api, "Running")}` },
  { name: "live-objects", path: "/clusters/us-east-7/applications/web" },
  { name: "live-object", path: "/clusters/us-east-7/applications/web?object=core%2FSecret%2Fdefault%2Fweb" },
  { name: "live-logs", path: "/clusters/us-east-7/applications/web?object=core%2FPod%2Fdefault%2Fweb-6b8f-bbbbb&tab=logs" },
  { name: "restrictions", path: "/restrictions" },
  { name: "notifications", path: "/notifications" },
  { name: "fleet-files", path: "/fleet" },
  { name: "fleet-file", path: "/fleet/strategies/careful" },
  { name: "fleet-settings", path: "/fleet/settings" },
  { name: "new-fleet-file", path: "/fleet/applications" },
  { name: "not-found", path: "/there/is/no/such/page" },
];

async function rolloutIn(api: Client, phase: "Halted" | "Running"): Promise<string> {
  const { items } = await api("listRollouts", { query: { phase, pageSize: 1 } });
  return items[0]?.id ?? "none";
}

/** When the first version of everything was everywhere: of then and now there are differences to be told. */
async function firstVersionsAt(api: Client): Promise<string> {
  const query = { application: "search", environment: "production", orderBy: "createdAt", pageSize: 1 } as const;
  const { items } = await api("listRollouts", { query });
  return items[0]?.finishedAt ?? "2020-01-01T00:00:00.000Z";
}
