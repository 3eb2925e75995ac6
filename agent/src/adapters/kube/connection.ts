import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DroverError, Secret } from "@drover/kit";

/** Where an API server is and how to prove who we are. */
export interface Connection {
  /** `https://host:port`, with a path where a proxy needs one, without a slash at the end. */
  readonly server: string;
  readonly tls: TlsOptions;
  /** The headers that authenticate a request, asked for before each: tokens are rotated while we run. */
  authenticate(): Promise<Readonly<Record<string, Secret>>>;
  /** After a 401: the next request must not use what was cached. */
  forget(): void;
}

export interface TlsOptions {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: Secret;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface InClusterOptions {
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT of the pod. */
  readonly host: string;
  readonly port: string;
  readonly folder?: string;
}

const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How old a token may get before it is read again. The kubelet replaces one when a fifth of its life (an hour by default) is left. */
const maxTokenAgeMs = 60_000;

/** The pod's own service account. */
export async function inClusterConnection({ host, port, folder = serviceAccountFolder }: InClusterOptions): Promise<Connection> {
  const ca = await readServiceAccount(join(folder, "ca.crt"));
  const token = cached(async () => ({ authorization: new Secret(`Bearer ${(await readServiceAccount(join(folder, "token"))).trim()}`) }));
  return { server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`, tls: { ca }, ...token };
}

/** A kubeconfig file, exec plugins included. Client certificates are read once: a new one needs a restart. */
export async function kubeconfigConnection(file: string, context?: string): Promise<Connection> {
  // The library costs 65 MB of memory, which an agent inside its cluster never needs.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
    if (context !== undefined) config.setCurrentContext(context);
  } catch (cause) {
    throw new DroverError("invalid", "KUBECONFIG_INVALID", `read kubeconfig ${file}: it is no kubeconfig file`, { cause });
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new DroverError("invalid", "KUBECONFIG_INVALID", `read kubeconfig ${file}: its current context names no cluster`);
  const first = await httpsOptions(config);
  const credentials = cached(async () => (await httpsOptions(config)).headers);
  return { server: cluster.server.replace(/\/+$/, ""), tls: first.tls, ...credentials };
}

interface HttpsOptions {
  readonly tls: TlsOptions;
  readonly headers: Readonly<Record<string, Secret>>;
}

async function httpsOptions(config: import("@kubernetes/client-node").KubeConfig): Promise<HttpsOptions> {
  const options: import("node:https").RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw new DroverError(
      "unauthenticated",
      "KUBE_UNAUTHENTICATED",
      "get credentials as the kubeconfig file says: its files or plugin failed",
      { cause },
    );
  }
  const { ca, cert, key, servername, rejectUnauthorized, auth } = options;
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), new Secret(String(value))] as const);
  const basic = typeof auth === "string" ? [["authorization", new Secret(`Basic ${Buffer.from(auth).toString("base64")}`)] as const] : [];
  return {
    tls: {
      ...(ca === undefined ? {} : { ca: ca as string | Buffer }),
      ...(cert === undefined ? {} : { cert: cert as string | Buffer }),
      ...(key === undefined ? {} : { key: new Secret(Buffer.from(key as string | Buffer).toString()) }),
      ...(servername === undefined ? {} : { servername }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    },
    headers: Object.fromEntries([...headers, ...basic]),
  };
}

/** Reads credentials again once they are a minute old, or when the server refused them. Requests at the same time share one read. */
function cached(read: () => Promise<Readonly<Record<string, Secret>>>): Pick<Connection, "authenticate" | "forget"> {
  let latest: { readonly at: number; readonly headers: Promise<Readonly<Record<string, Secret>>> } | undefined;
  const forget = (): void => void (latest = undefined);
  return {
    forget,
    authenticate: async () => {
      const now = performance.now();
      if (latest === undefined || now - latest.at > maxTokenAgeMs) {
        const headers = read();
        headers.catch(forget);
        latest = { at: now, headers };
      }
      return latest.headers;
    },
  };
}

async function readServiceAccount(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new DroverError("unauthenticated", "KUBE_UNAUTHENTICATED", `read ${file}: the pod has no service account mounted`, { cause });
  }
}
