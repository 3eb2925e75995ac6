import { DroverError } from "@drover/kit";
import { kindMeant } from "../live-objects/kind-meant.ts";
import type { Client } from "@drover/proto/rest";

export interface Pod {
  readonly name: string;
  readonly namespace: string | undefined;
}

interface Place {
  readonly cluster: string;
  readonly application: string;
}

interface Choice {
  /** `web-7c9f-x2`, or `deployment/web` for what came of it. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly all: boolean;
}

/** Pods of the application that are meant. Throws POD_UNCLEAR unless it is one, or all are wanted. */
export async function choosePods(client: Client, place: Place, { name, namespace, all }: Choice): Promise<readonly Pod[]> {
  const isPodName = name !== undefined && !name.includes("/");
  if (isPodName && namespace !== undefined) return [{ name, namespace }];
  const pods = (await podsBelow(client, place, name)).filter((pod) => namespace === undefined || pod.namespace === namespace);
  if (pods.length === 1 || (all && pods.length > 0)) return pods;
  const names = pods.map((pod) => `${pod.namespace ?? ""}/${pod.name}`);
  throw new DroverError(
    "invalid",
    "POD_UNCLEAR",
    names.length === 0
      ? `read logs: ${place.application} has no ${name === undefined ? "pod" : `pod ${name}`} on ${place.cluster}; see \`drover tree\``
      : `read logs: name one of ${names.join(", ")}, or say --all-pods`,
  );
}

async function podsBelow(client: Client, params: Place, name: string | undefined): Promise<readonly Pod[]> {
  const { nodes } = await client("getApplicationTree", { params });
  const [kind, of] = name?.includes("/") === true ? name.split("/", 2) : ["pod", name];
  const isMeant = (index: number | undefined): boolean => {
    const node = index === undefined ? undefined : nodes[index];
    if (node === undefined) return false;
    const isItself = node.kind.toLowerCase() === kindMeant(kind ?? "") && node.name === of;
    return isItself || isMeant(node.parent);
  };
  return nodes.flatMap((node, index) =>
    node.group === "" && node.kind === "Pod" && (of === undefined || isMeant(index))
      ? [{ name: node.name, namespace: node.namespace }]
      : [],
  );
}

/** In the order in which they run. */
export async function containersOf(
  client: Client,
  { cluster, application }: Place,
  { name, namespace = "-" }: Pod,
): Promise<readonly string[]> {
  const { object } = await client("getLiveObject", {
    params: { cluster, group: "core", kind: "Pod", namespace, name },
    query: { application },
  });
  const spec = (object["spec"] ?? {}) as Readonly<Record<string, readonly { readonly name: string }[] | undefined>>;
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((key) => (spec[key] ?? []).map((container) => container.name));
}
