import { DroverError, type Json, member, textAt } from "@drover/kit";
import type { Discovered, Resource } from "../../app/kube.ts";
import type { KubeClient } from "./client.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Every kind that the server serves: two requests where it knows aggregated discovery (1.30 and later), one per version elsewhere. */
export async function discover(client: KubeClient, signal: AbortSignal): Promise<Discovered> {
  const roots = await Promise.all(
    ["/api", "/apis"].map((path) =>
      client.request({ operation: "discover kinds", method: "GET", path, accept: `${aggregated},application/json` }, signal),
    ),
  );
  const lists = await Promise.all(
    roots.map(async (root) =>
      member(root, "kind") === "APIGroupDiscoveryList" ? aggregatedResources(root) : listedResources(client, root, signal),
    ),
  );
  return {
    resources: lists.flatMap(({ resources }) => resources),
    unanswered: [...new Set(lists.flatMap(({ unanswered }) => unanswered))],
  };
}

function aggregatedResources(root: Json): Discovered {
  const unanswered = arrayAt(root, "items")
    .filter((item) => arrayAt(item, "versions").some((version) => textAt(version, "freshness") === "Stale"))
    .map((item) => textAt(item, "metadata", "name"));
  const resources = arrayAt(root, "items").flatMap((item) => {
    const group = textAt(item, "metadata", "name");
    return arrayAt(item, "versions").flatMap((version) => {
      const name = textAt(version, "version");
      return arrayAt(version, "resources").map((resource) => ({
        group,
        version: name,
        kind: textAt(resource, "responseKind", "kind"),
        plural: textAt(resource, "resource"),
        namespaced: textAt(resource, "scope") === "Namespaced",
        verbs: arrayAt(resource, "verbs").map(String),
      }));
    });
  });
  return { resources, unanswered };
}

async function listedResources(client: KubeClient, root: Json, signal: AbortSignal): Promise<Discovered> {
  const core = arrayAt(root, "versions").map(String);
  const versions =
    member(root, "kind") === "APIVersions"
      ? core.map((version) => ({ group: "", version, path: `/api/${version}` }))
      : arrayAt(root, "groups").flatMap(versionsOf);
  const lists = await Promise.all(versions.map((version) => listedVersion(client, version, signal)));
  return {
    resources: lists.flatMap((list) => list ?? []),
    unanswered: [...new Set(versions.filter((_, index) => lists[index] === undefined).map(({ group }) => group))],
  };
}

interface ListedVersion {
  readonly group: string;
  readonly version: string;
  readonly path: string;
}

/** Undefined when the server behind a group does not answer. The core group is the API server itself. */
async function listedVersion(
  client: KubeClient,
  { group, version, path }: ListedVersion,
  signal: AbortSignal,
): Promise<readonly Resource[] | undefined> {
  try {
    const list = await client.request({ operation: `discover kinds of ${path.slice(1)}`, method: "GET", path }, signal);
    return arrayAt(list, "resources")
      .filter((resource) => !textAt(resource, "name").includes("/")) // subresources
      .map((resource) => ({
        group,
        version,
        kind: textAt(resource, "kind"),
        plural: textAt(resource, "name"),
        namespaced: member(resource, "namespaced") === true,
        verbs: arrayAt(resource, "verbs").map(String),
      }));
  } catch (thrown) {
    const isDown = thrown instanceof DroverError && (thrown.kind === "unavailable" || thrown.kind === "timeout");
    if (group === "" || !isDown) throw thrown;
    return undefined;
  }
}

function versionsOf(group: Json): readonly ListedVersion[] {
  const name = textAt(group, "name");
  const preferred = textAt(group, "preferredVersion", "version");
  const versions = arrayAt(group, "versions").map((version) => textAt(version, "version"));
  return versions
    .toSorted((a, b) => Number(b === preferred) - Number(a === preferred))
    .map((version) => ({ group: name, version, path: `/apis/${name}/${version}` }));
}

function arrayAt(value: Json, key: string): readonly Json[] {
  const inner = member(value, key);
  return Array.isArray(inner) ? (inner as readonly Json[]) : [];
}
