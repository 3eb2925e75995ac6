import type { JsonObject } from "@drover/kit";

/** An object of a bundle, with what decides about going back. */
export interface Manifest {
  /** `Deployment/default/web`, as people call it. */
  readonly name: string;
  /** `apps/Deployment`, `/Service`: whatever the version. */
  readonly kind: string;
  readonly form: JsonObject;
  /** When it runs, if it is a hook. */
  readonly hook: string | undefined;
  /** It asks not to be pruned. */
  readonly isKept: boolean;
}

const hookKeys = ["drover.dev/hook", "argocd.argoproj.io/hook", "helm.sh/hook"];
const optionKeys = ["drover.dev/sync-options", "argocd.argoproj.io/sync-options"];
const notHooks: ReadonlySet<string> = new Set(["crd-install", "Skip"]);

export const manifestsByName = (objects: readonly JsonObject[]): ReadonlyMap<string, Manifest> =>
  new Map(objects.map(toManifest).map((manifest) => [`${manifest.kind} ${manifest.name}`, manifest]));

function toManifest(form: JsonObject): Manifest {
  const {
    apiVersion = "",
    kind = "",
    metadata = {},
  } = form as {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: {
      readonly name?: string;
      readonly generateName?: string;
      readonly namespace?: string;
      readonly annotations?: Readonly<Record<string, string>>;
    };
  };
  const annotations = metadata.annotations ?? {};
  const hook = hookKeys.map((key) => annotations[key]).find((value) => value !== undefined && !notHooks.has(value));
  const options = optionKeys.flatMap((key) => (annotations[key] ?? "").split(",").map((option) => option.trim()));
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const path = [kind, metadata.namespace, metadata.name ?? metadata.generateName];
  return {
    name: path.filter((part) => part !== undefined).join("/"),
    kind: `${group}/${kind}`,
    form,
    hook,
    isKept: options.includes("Prune=false"),
  };
}
