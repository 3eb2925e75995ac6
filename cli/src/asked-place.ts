import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { refuseUnknownNames } from "./resources/unknown-names.ts";

/** Of which application, and on which cluster: that one which has it, unless there are several. Throws OPTION_INVALID. */
export async function askedPlace(
  client: Client,
  verb: string,
  of: string,
  cluster: string | undefined,
): Promise<{ readonly application: string; readonly cluster: string }> {
  const application = of.replace(/^(?:applications?|apps?)\//, "");
  if (application.includes("/"))
    throw usage(`${verb} ${of}: name the application first; \`drover search ${application.split("/").at(-1) ?? ""}\` finds it`);
  if (cluster !== undefined) return { application, cluster };
  const { items, nextPageToken } = await client("listAssignments", { query: { application, pageSize: shownClusters + 1 } });
  const clusters = items.map((one) => one.cluster);
  const [only, ...others] = clusters;
  if (only === undefined) await refuseUnknownNames(client, { application });
  if (only === undefined) throw usage(`${verb} ${application}: it is on no cluster; \`drover get applications\` shows what there is`);
  if (others.length === 0 && nextPageToken === undefined) return { application, cluster: only };
  const more = clusters.length > shownClusters || nextPageToken !== undefined ? " and others" : "";
  throw usage(`${verb} ${application}: it is on ${clusters.slice(0, shownClusters).join(", ")}${more}; choose with --cluster`);
}

const shownClusters = 5;

const usage = (message: string): DroverError => new DroverError("invalid", "OPTION_INVALID", message);
