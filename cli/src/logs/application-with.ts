import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { askedPlace } from "../asked-place.ts";
import { allPages } from "../cli.ts";
import { kindMeant } from "../live-objects/kind-meant.ts";

type Place = Awaited<ReturnType<typeof askedPlace>>;

/** Each is a question to the agent. */
const maxAsked = 20;

/** kubectl's form: what came before a name is a kind, and no application. */
export const isWorkload = (text: string): boolean => text.includes("/") && !/^(?:applications?|apps?)\//.test(text);

/** The application that `deployment/web` is of. Where no cluster is named it is looked for in the application of its own name. Throws POD_UNCLEAR. */
export async function applicationWith(client: Client, workload: string, cluster: string | undefined): Promise<Place> {
  const [kind = "", name = ""] = workload.split("/", 2);
  const places = cluster === undefined ? [await askedPlace(client, "logs", name, undefined)] : await placesOn(client, cluster, name);
  for (const params of places) {
    const { nodes } = await client("getApplicationTree", { params });
    if (nodes.some((node) => node.name === name && node.kind.toLowerCase() === kindMeant(kind))) return params;
  }
  const where = cluster === undefined ? `application ${name}` : `the applications of ${cluster}`;
  throw new DroverError("invalid", "POD_UNCLEAR", `read logs: there is no ${workload} in ${where}; name its application before it`);
}

/** The application of the same name first. */
async function placesOn(client: Client, cluster: string, name: string): Promise<readonly Place[]> {
  const found = await allPages((pageToken) =>
    client("listClusterApplications", { params: { cluster }, query: { pageSize: 500, pageToken } }),
  );
  const applications = found.map(({ application }) => application).toSorted((a, b) => Number(b === name) - Number(a === name));
  return applications.slice(0, maxAsked).map((application) => ({ application, cluster }));
}
