import type { Client } from "@drover/proto/rest";
import type { TestControlPlane } from "../control-plane.ts";
import type { SimulatedAgent } from "../simulated-agent.ts";

const silent = { "us-east-11": "2 minutes", "us-east-12": "3 hours", "ap-south-9": "26 minutes" } as const;
const revoked = "ap-south-10";
const inMaintenance = "eu-west-9";

interface Episode {
  readonly cluster: string;
  readonly application: string;
  readonly kind: string;
  readonly began: string;
  readonly lasted?: string;
  readonly change: "Edited" | "Deleted" | "Disowned";
  readonly fields: readonly string[];
  readonly actor?: string;
  readonly action: "Healed" | "Reported" | "Failed";
}

const episodes: readonly Episode[] = [
  {
    cluster: "us-east-7",
    application: "web",
    kind: "Deployment",
    began: "41 minutes",
    change: "Edited",
    fields: [".spec.replicas"],
    actor: "kubectl-scale",
    action: "Reported",
  },
  {
    cluster: "us-east-7",
    application: "web",
    kind: "ConfigMap",
    began: "39 minutes",
    change: "Edited",
    fields: [".data.banner", ".data.theme"],
    actor: "kubectl-edit",
    action: "Reported",
  },
  {
    cluster: "us-east-7",
    application: "web",
    kind: "Service",
    began: "7 hours",
    lasted: "5 seconds",
    change: "Edited",
    fields: [".spec.ports[0].port"],
    actor: "kubectl-patch",
    action: "Healed",
  },
  {
    cluster: "us-east-7",
    application: "checkout",
    kind: "Deployment",
    began: "1 day",
    lasted: "2 seconds",
    change: "Deleted",
    fields: [],
    actor: "cleanup-job",
    action: "Healed",
  },
  {
    cluster: "us-east-7",
    application: "payments",
    kind: "Secret",
    began: "2 days",
    lasted: "11 minutes",
    change: "Edited",
    fields: [".data.key"],
    actor: "rotate-by-hand",
    action: "Failed",
  },
  {
    cluster: "ap-south-3",
    application: "web",
    kind: "Deployment",
    began: "3 hours",
    change: "Edited",
    fields: [".spec.template.spec.containers[0].image"],
    actor: "kubectl-set",
    action: "Reported",
  },
  {
    cluster: "eu-west-4",
    application: "search",
    kind: "HorizontalPodAutoscaler",
    began: "9 hours",
    lasted: "1 second",
    change: "Edited",
    fields: [".spec.maxReplicas"],
    actor: "kubectl-edit",
    action: "Healed",
  },
];

/** What would take days to happen: silence, drift that came and went. */
export async function addPast(controlPlane: TestControlPlane, api: Client, agents: readonly SimulatedAgent[]): Promise<void> {
  const agentOf = (name: string): SimulatedAgent | undefined => agents.find((agent) => agent.name === name);
  const run = (text: string, ...values: unknown[]) => controlPlane.database.query({ text, values });
  agentOf(inMaintenance)?.setMaintenance(true);
  for (const [name, since] of Object.entries(silent)) {
    await agentOf(name)?.stop();
    await run("update cluster_reports set seen_at = now() - $2::interval where cluster_id = $1", agentOf(name)?.cluster, since);
  }
  await api("revokeCluster", { params: { cluster: revoked }, body: { reason: "the region is given up" } });
  await agentOf(revoked)?.stop();
  for (const { cluster, application, kind, began, lasted, change, fields, actor, action } of episodes)
    await run(
      `insert into drift_episodes (cluster_id, application, api_group, kind, namespace, name, started_at, ended_at, change, fields, actor, action)
       values ($1, $2, $3, $4, 'shop', $2, now() - $5::interval, now() - $5::interval + $6::interval, $7, $8, $9, $10)`,
      agentOf(cluster)?.cluster,
      application,
      kind === "Deployment" ? "apps" : "",
      kind,
      began,
      lasted ?? null,
      change,
      JSON.stringify(fields),
      actor ?? null,
      action,
    );
}
