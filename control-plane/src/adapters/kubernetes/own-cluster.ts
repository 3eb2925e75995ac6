import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DroverError } from "@drover/kit";
import { Agent, fetch } from "undici";

/** The API server of the cluster that this process is a pod of, with the rights of its ServiceAccount, in its own namespace. */
export interface OwnCluster {
  readonly namespace: string;
  /** Undefined for a 404. `path` is below the namespace, like `secrets/keys`. */
  get(api: string, path: string): Promise<unknown>;
  /** False when another one was faster: the object exists (POST), or has moved (PUT). */
  write(method: "POST" | "PUT", api: string, path: string, body: object): Promise<boolean>;
  /** Strategic merge; undefined rights or object are errors. */
  patch(api: string, path: string, body: object): Promise<void>;
}

const deadlineMs = 15_000;

/** `folder` is where the kubelet mounts the ServiceAccount; `env` names the API server, as in every pod. */
export async function openOwnCluster(folder: string, env: Readonly<Record<string, string | undefined>>): Promise<OwnCluster> {
  const [ca, namespace, { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port }] = [
    await mounted(folder, "ca.crt"),
    (await mounted(folder, "namespace")).trim(),
    env,
  ];
  if (host === undefined || port === undefined)
    throw new DroverError("invalid", "NOT_IN_CLUSTER", "bootstrap into Secrets: this is no pod; KUBERNETES_SERVICE_HOST is not set");
  const dispatcher = new Agent({ connect: { ca } });
  const address = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;

  const request = async (method: string, api: string, path: string, body?: object, media = "application/json") => {
    // Read for each request: the kubelet renews it.
    const token = (await mounted(folder, "token")).trim();
    const url = `${address}${api}/namespaces/${namespace}/${path}`;
    try {
      const answer = await fetch(url, {
        method,
        dispatcher,
        redirect: "error",
        signal: AbortSignal.timeout(deadlineMs),
        headers: { authorization: `Bearer ${token}`, "content-type": media },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, json: (await answer.json()) as { readonly message?: string } };
    } catch (cause) {
      throw new DroverError("unavailable", "KUBERNETES_UNAVAILABLE", `${method} ${path} in ${namespace}: the API server does not answer`, {
        cause,
      });
    }
  };
  const refused = (method: string, path: string, status: number, message: string | undefined): DroverError =>
    new DroverError(
      status === 403 ? "forbidden" : "unavailable",
      status === 403 ? "KUBERNETES_FORBIDDEN" : "KUBERNETES_REFUSED",
      `${method} ${path} in ${namespace}: ${message ?? `status ${status}`}`,
    );

  return {
    namespace,
    async get(api, path) {
      const { status, json } = await request("GET", api, path);
      if (status === 404) return undefined;
      if (status !== 200) throw refused("GET", path, status, json.message);
      return json;
    },
    async write(method, api, path, body) {
      const { status, json } = await request(method, api, path, body);
      if (status === 409) return false;
      if (status > 299) throw refused(method, path, status, json.message);
      return true;
    },
    async patch(api, path, body) {
      const { status, json } = await request("PATCH", api, path, body, "application/strategic-merge-patch+json");
      if (status > 299) throw refused("PATCH", path, status, json.message);
    },
  };
}

async function mounted(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), "utf8");
  } catch (cause) {
    throw new DroverError("invalid", "NOT_IN_CLUSTER", `bootstrap into Secrets: ${join(folder, name)} cannot be read; is this a pod?`, {
      cause,
    });
  }
}
