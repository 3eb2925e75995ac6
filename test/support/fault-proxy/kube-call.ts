import type { IncomingMessage } from "node:http";

export type Verb = "get" | "list" | "watch" | "apply" | "create" | "update" | "patch" | "delete" | "discover" | "other";

/** What a request asks of the API server. */
export interface KubeCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly verb: Verb;
  /** Empty for the core group. */
  readonly group: string;
  /** The plural, such as `configmaps`; empty where the request is about no kind. */
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly isDryRun: boolean;
}

export const writes: ReadonlySet<Verb> = new Set(["apply", "create", "update", "patch", "delete"]);

export function kubeCallOf(request: IncomingMessage): KubeCall {
  const { method = "GET", url: path = "/" } = request;
  const url = new URL(path, "http://localhost");
  const [root, ...rest] = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const [group, target] = root === "apis" ? [rest[0] ?? "", rest.slice(2)] : ["", rest.slice(1)];
  const common = { method, path, group, isDryRun: url.searchParams.has("dryRun") };
  const nothing = { resource: "", subresource: undefined, namespace: undefined, name: undefined };
  if (root !== "api" && root !== "apis") return { ...common, ...nothing, verb: "other" };
  if (target.length === 0) return { ...common, ...nothing, verb: "discover" };
  const isNamespaced = target[0] === "namespaces" && target.length > 2 && target[2] !== "status" && target[2] !== "finalize";
  const [resource = "", name, subresource] = isNamespaced ? target.slice(2) : target;
  const verb = verbOf(request, name, url.searchParams);
  return { ...common, verb, resource, subresource, namespace: isNamespaced ? target[1] : undefined, name };
}

const verbs: Readonly<Record<string, Verb>> = { POST: "create", PUT: "update", DELETE: "delete" };

function verbOf({ method = "GET", headers }: IncomingMessage, name: string | undefined, query: URLSearchParams): Verb {
  if (method === "PATCH") return headers["content-type"]?.startsWith("application/apply-patch") ? "apply" : "patch";
  if (method !== "GET") return verbs[method] ?? "other";
  if (query.get("watch") === "true") return "watch";
  return name === undefined ? "list" : "get";
}
