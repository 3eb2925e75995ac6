import { DroverError, isJsonObject, type Json, member, memberAt, textAt } from "@drover/kit";
import type { Kube, KubeObject, ListOptions, ObjectList, ObjectRef, Resource } from "../../app/kube.ts";
import { createKubeClient, type KubeClient, type KubeClientOptions } from "./client.ts";
import { discover } from "./discover.ts";
import { logs } from "./logs.ts";
import { collectionPath, listQuery, objectPath, subject } from "./paths.ts";
import { watch } from "./watch.ts";

export interface RealKubeOptions extends KubeClientOptions, Reading {}

/** How much is read at a time. */
interface Reading {
  /** When the server ends each watch; see WatchOptions. */
  readonly watchSeconds?: number;
  /** How many objects one answer to a list holds at most; 500 by default. */
  readonly pageSize?: number;
}

/** A real API server. `close` ends its connections; calls in flight fail. */
export interface RealKube extends Kube {
  /** Of the server, such as v1.36.3. */
  version(signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** Plain writes name us, as apply does; otherwise the server would take the User-Agent. */
const fieldManager = "drover-agent";
const defaultPageSize = 500;
/** A cluster that changes faster than it can be listed this often is a reason to wait, not to list on. */
const maxListings = 3;

export function createKube(options: RealKubeOptions): RealKube {
  const client = createKubeClient(options);
  return {
    ...createPort(client, options),
    version: async (signal) => {
      const answer = await client.request({ operation: "read the server's version", method: "GET", path: "/version" }, signal);
      return textAt(answer, "gitVersion") || "unknown";
    },
    close: () => client.close(),
  };
}

/** Every request acts as `user`; nothing that holds this port can send one that does not. */
function actingAs(client: KubeClient, user: string): KubeClient {
  return {
    ...client,
    request: (request, signal) => client.request({ ...request, impersonate: user }, signal),
    stream: (request, signal) => client.stream({ ...request, impersonate: user }, signal),
  };
}

const fencedBy = (client: KubeClient, check: () => void): KubeClient => ({
  ...client,
  request: (request, signal) => client.request(request.method === "GET" ? request : { ...request, fence: check }, signal),
});

function createPort(client: KubeClient, reading: Reading): Kube {
  const { watchSeconds, pageSize = defaultPageSize } = reading;
  return {
    discover: (signal) => discover(client, signal),
    apply: async (ref, object, { fieldManager: manager, force, dryRun = false }, signal) => {
      const query = { fieldManager: manager, force: String(force), fieldValidation: "Strict", dryRun: dryRun ? "All" : undefined };
      const path = objectPath(ref, query);
      return asObject(
        await client.request(
          { operation: `apply ${subject(ref)}`, method: "PATCH", path, body: object, contentType: "application/apply-patch+yaml" },
          signal,
        ),
      );
    },
    create: async (ref, object, signal) => {
      const path = collectionPath(ref.resource, ref.namespace, { fieldManager, fieldValidation: "Strict" });
      return asObject(await client.request({ operation: `create ${subject(ref)}`, method: "POST", path, body: object }, signal));
    },
    replace: async (ref, object, signal, { fieldManager: manager = fieldManager, dryRun = false } = {}) => {
      const path = objectPath(ref, { fieldManager: manager, fieldValidation: "Strict", dryRun: dryRun ? "All" : undefined });
      return asObject(await client.request({ operation: `replace ${subject(ref)}`, method: "PUT", path, body: object }, signal));
    },
    replaceManagedFields: async (ref, managedFields, resourceVersion, signal) => {
      // A merge patch, since a JSON patch whose `test` fails answers 422 like any other refusal, not 409.
      const body = { metadata: { resourceVersion, managedFields } };
      const operation = `change the field owners of ${subject(ref)}`;
      const path = objectPath(ref, { fieldManager });
      return asObject(
        await client.request({ operation, method: "PATCH", path, body, contentType: "application/merge-patch+json" }, signal),
      );
    },
    get: (ref, signal) => get(client, ref, signal),
    list: (resource, listOptions, signal) => list(client, resource, { ...listOptions, pageSize }, signal),
    watch: (resource, listOptions, resourceVersion, signal) =>
      watch(
        client,
        resource,
        { ...listOptions, ...(watchSeconds === undefined ? {} : { timeoutSeconds: watchSeconds }) },
        resourceVersion,
        signal,
      ),
    delete: async (ref, preconditions, signal) => {
      const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions: { ...preconditions } };
      await client.request({ operation: `delete ${subject(ref)}`, method: "DELETE", path: objectPath(ref), body }, signal);
    },
    logs: (pod, logOptions, signal) => logs(client, pod, logOptions, signal),
    as: (user) => createPort(actingAs(client, user), reading),
    fenced: (check) => createPort(fencedBy(client, check), reading),
  };
}

async function get(client: KubeClient, ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined> {
  try {
    return asObject(await client.request({ operation: `get ${subject(ref)}`, method: "GET", path: objectPath(ref) }, signal));
  } catch (error) {
    // The server names an object it does not have; a kind that it does not serve has no name in the answer.
    if (error instanceof DroverError && error.code === "KUBE_NOT_FOUND" && error.details["name"] === ref.name) return undefined;
    throw error;
  }
}

interface PagedOptions extends ListOptions {
  readonly pageSize: number;
}

/** Pages of one snapshot. When the server forgets the snapshot half-way (410), from the start. */
async function list(client: KubeClient, resource: Resource, options: PagedOptions, signal: AbortSignal): Promise<ObjectList> {
  for (let listing = 1; ; listing += 1) {
    try {
      return await listOnce(client, resource, options, signal);
    } catch (error) {
      if (!(error instanceof DroverError && error.code === "KUBE_GONE") || listing === maxListings) throw error;
    }
  }
}

async function listOnce(client: KubeClient, resource: Resource, options: PagedOptions, signal: AbortSignal): Promise<ObjectList> {
  const items: KubeObject[] = [];
  let continueAt: string | undefined;
  for (;;) {
    const path = collectionPath(resource, options.namespace, {
      ...listQuery(options),
      limit: String(options.pageSize),
      continue: continueAt,
    });
    const page = await client.request({ operation: `list ${resource.plural}`, method: "GET", path }, signal);
    items.push(...itemsOf(page, resource));
    const next = memberAt(page, "metadata", "continue");
    if (typeof next !== "string" || next === "") return { items, resourceVersion: textAt(page, "metadata", "resourceVersion") };
    continueAt = next;
  }
}

/** The items of a list of a built-in kind say neither `apiVersion` nor `kind`. */
function itemsOf(page: Json, { group, version, kind }: Resource): readonly KubeObject[] {
  const items = member(page, "items");
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return (Array.isArray(items) ? (items as readonly Json[]) : [])
    .filter(isJsonObject)
    .map((item) => ({ apiVersion, kind, ...item }) as unknown as KubeObject);
}

function asObject(answer: Json): KubeObject {
  if (isJsonObject(answer) && isJsonObject(answer["metadata"])) return answer as unknown as KubeObject;
  throw new DroverError("unavailable", "KUBE_UNAVAILABLE", "the API server answered with something that is no object");
}
