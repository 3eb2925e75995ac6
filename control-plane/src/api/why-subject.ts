import { type ClusterId, DroverError } from "@drover/kit";
import type { Query } from "@drover/proto/rest";
import type { WhySubject } from "../app/history/explain.ts";
import type { ApiDeps } from "./deps.ts";

/** What is asked about, and how the answer names it. Throws `invalid` WHY_SUBJECT_INVALID for what belongs to several. */
export async function whySubject(
  query: Query<"explain">,
  { clusters }: Pick<ApiDeps["reads"], "clusters">,
): Promise<{ readonly subject: WhySubject; readonly name: string }> {
  const { promotion, rollout, wave, application, environment, cluster } = query;
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  switch (given.sort().join(" ")) {
    case "promotion":
      return { subject: { kind: "promotion", promotionId: promotion ?? "" }, name: `promotions/${promotion}` };
    case "rollout":
    case "rollout wave":
      return {
        subject: { kind: "rollout", rolloutId: rollout ?? "", wave },
        name: `rollouts/${rollout}${wave === undefined ? "" : `/waves/${wave}`}`,
      };
    case "application":
      return { subject: { kind: "application", application: application ?? "" }, name: `applications/${application}` };
    case "application environment":
      return {
        subject: { kind: "placement", application: application ?? "", environment: environment ?? "" },
        name: `environments/${environment}/applications/${application}`,
      };
    case "cluster":
    case "application cluster": {
      const { id, name } = await clusters.get(cluster ?? "");
      const whole = `clusters/${name}`;
      return {
        subject: { kind: "cluster", clusterId: id as ClusterId, application },
        name: application === undefined ? whole : `${whole}/applications/${application}`,
      };
    }
    default:
      throw new DroverError(
        "invalid",
        "WHY_SUBJECT_INVALID",
        "explain: ask with promotion, with rollout (and wave), with application (and environment or cluster), or with cluster alone",
      );
  }
}
