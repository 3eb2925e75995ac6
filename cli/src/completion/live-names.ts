import type { Client } from "@drover/proto/rest";
import { outputForms } from "../output/output-form.ts";
import { listResource } from "../resources/read-resource.ts";
import type { Resource } from "../resources/resource.ts";
import { resources } from "../resources/table.ts";
import type { Candidate, Lookup } from "./complete.ts";

/** Words for an argument or an option, by what it is called, that name a resource. */
const resourceOf: Readonly<Record<string, string>> = {
  application: "applications",
  environment: "environments",
  to: "environments",
  cluster: "clusters",
  rollout: "rollouts",
  release: "releases",
  promotion: "promotions",
  subject: "applications",
};

/** As many as a person would look through. */
const mostNames = 100;

interface Sources {
  readonly client: () => Client;
  readonly contexts: () => readonly string[];
}

export const liveNames =
  ({ client, contexts }: Sources): Lookup =>
  async (what, words, typed) => {
    if (what === "resource" || what === "kind") return kindsOrNames(client, typed);
    if (what === "names" || what === "name") return namesOfFirst(client, words, typed);
    if (what === "output") return outputForms.map((value) => ({ value: value.replace(/=.*/, "=") }));
    if (what === "context") return contexts().map((value) => ({ value }));
    if (/file$/i.test(what) || what === "path" || what === "filename" || what === "config") return "files";
    const resource = resources.find(({ name }) => name === resourceOf[what]);
    return resource === undefined ? [] : names(client(), resource, typed);
  };

/** `cluster/` lists the clusters. */
async function kindsOrNames(client: () => Client, current: string): Promise<readonly Candidate[]> {
  const [kind, name] = current.split("/", 2);
  const resource = resources.find(({ view, name: plural }) => kind === view.kind || kind === plural);
  if (name === undefined || resource === undefined) return resources.map(({ name: value, description }) => ({ value, description }));
  return (await names(client(), resource, name)).map((one) => ({ ...one, value: `${kind ?? ""}/${one.value}` }));
}

async function namesOfFirst(client: () => Client, [kind]: readonly string[], typed: string): Promise<readonly Candidate[]> {
  const resource = resources.find(({ view, name, shortNames }) => name === kind || view.kind === kind || shortNames.includes(kind ?? ""));
  return resource === undefined ? [] : names(client(), resource, typed);
}

async function names(client: Client, resource: Resource, typed: string): Promise<readonly Candidate[]> {
  const { view, nameField } = resource;
  const filter = nameField === undefined || typed === "" ? undefined : containing(nameField, typed);
  const { items } = await listResource(client, resource, { filter }, { limit: mostNames });
  return items.map((item) => ({ value: view.name(item), description: describe(view.columns, item) }));
}

/** The API knows no "begins with"; what merely contains it is left out later. */
const containing = (field: string, text: string): string => `${field} : "${text.replace(/["\\]/g, "\\$&")}"`;

/** What stands behind the name in a table's first columns tells one from another. */
const describe = (columns: Resource["view"]["columns"], item: unknown): string =>
  columns
    .slice(1, 4)
    .map(({ cell }) => String(cell(item) ?? ""))
    .filter((text) => text !== "")
    .join(" ");
