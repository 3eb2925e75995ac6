import { hostname } from "node:os";
import { DroverError, Secret } from "@drover/kit";
import type { LogLevel } from "@drover/kit/node";
import { parsePin } from "./domain/key-pin.ts";

export interface AgentConfig {
  readonly apiUrl: URL;
  /** Needed until the agent is enrolled. */
  readonly enrolmentToken: TextSource | undefined;
  readonly trust: TrustSource;
  /** Where the agent keeps its own Secrets. */
  readonly namespace: string;
  /** Who this process is among agents of one cluster. */
  readonly holder: string;
  readonly cluster: ClusterSource;
  readonly logLevel: LogLevel;
  /** Serves /livez, /readyz and /metrics. */
  readonly healthPort: number | undefined;
}

export type TextSource = { readonly kind: "value"; readonly value: Secret } | { readonly kind: "file"; readonly path: string };

/** How the API proves who it is before it is told the token. */
export type TrustSource =
  | { readonly kind: "ca-file"; readonly path: string }
  /** Hex SHA-256 of a public key in its chain. */
  | { readonly kind: "pin"; readonly sha256: string }
  /** The CAs that the system trusts. */
  | { readonly kind: "system" };

export type ClusterSource =
  /** The pod's own service account; `folder` when it is mounted elsewhere than usual. */
  | { readonly kind: "in-cluster"; readonly folder: string | undefined }
  | { readonly kind: "kubeconfig"; readonly path: string }
  /** A cluster that lives in another process, for demonstrations and tests. */
  | { readonly kind: "memory"; readonly socket: string; readonly name: string };

type Env = Readonly<Record<string, string | undefined>>;

/** Every setting of the agent: what it means, and what it is without being set. The reference page is made from it. */
export const agentSettings = [
  { name: "DROVER_API_URL", description: "Address of the control plane's API, https://…; used to enrol and to renew." },
  { name: "DROVER_ENROLMENT_TOKEN", description: "One-time token drv1_…; needed until the agent is enrolled." },
  { name: "DROVER_ENROLMENT_TOKEN_FILE", description: "File that holds the token; read at start when the agent is not enrolled." },
  { name: "DROVER_CA_FILE", description: "PEM file of the CA that signs the API's certificate." },
  {
    name: "DROVER_CA_SHA256",
    description: "SHA-256 (hex or base64url) of a public key in the API's certificate chain; instead of DROVER_CA_FILE.",
  },
  { name: "DROVER_NAMESPACE", description: "Namespace of the agent's own Secrets.", default: "drover-system" },
  { name: "DROVER_POD_NAME", description: "Who this process is on the agent's Lease; the host's name when absent." },
  { name: "DROVER_KUBECONFIG", description: "Kubeconfig file of the cluster to work on; the pod's own service account when absent." },
  {
    name: "DROVER_SERVICE_ACCOUNT_DIR",
    description: "Folder with the service account's token and ca.crt; where the kubelet mounts them when absent.",
  },
  { name: "DROVER_MEMORY_CLUSTER", description: "unix:/path/to.sock#name: an in-memory cluster instead of Kubernetes." },
  { name: "DROVER_LOG_LEVEL", description: "debug, info, warn, error or silent.", default: "info" },
  { name: "DROVER_HEALTH_PORT", description: "Port of /livez, /readyz and /metrics; none when absent." },
] as const;

type SettingName = (typeof agentSettings)[number]["name"];

/** Throws `invalid` CONFIG_INVALID with every problem in details.problems. */
export function parseAgentConfig(env: Env): AgentConfig {
  const problems: string[] = unknownSettings(env);
  const read = (name: SettingName): string | undefined => env[name] || undefined;
  const config = {
    apiUrl: apiUrlOf(read("DROVER_API_URL"), problems),
    enrolmentToken: tokenOf(read("DROVER_ENROLMENT_TOKEN"), read("DROVER_ENROLMENT_TOKEN_FILE"), problems),
    trust: trustOf(read("DROVER_CA_FILE"), read("DROVER_CA_SHA256"), problems),
    namespace: namespaceOf(read("DROVER_NAMESPACE") ?? "drover-system", problems),
    holder: read("DROVER_POD_NAME") ?? hostname(),
    cluster: clusterOf(read("DROVER_KUBECONFIG"), read("DROVER_MEMORY_CLUSTER"), read("DROVER_SERVICE_ACCOUNT_DIR"), problems),
    logLevel: logLevelOf(read("DROVER_LOG_LEVEL") ?? "info", problems),
    healthPort: portOf(read("DROVER_HEALTH_PORT"), problems),
  };
  if (problems.length === 0) return config;
  throw new DroverError("invalid", "CONFIG_INVALID", `read configuration: ${problems.join("; ")}`, { details: { problems } });
}

function unknownSettings(env: Env): string[] {
  const known = new Set<string>(agentSettings.map(({ name }) => name));
  return Object.keys(env)
    .filter((name) => name.startsWith("DROVER_") && !known.has(name))
    .map((name) => `${name} is no setting of the agent`);
}

const nowhere = new URL("https://invalid.invalid");

function apiUrlOf(text: string | undefined, problems: string[]): URL {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:") return url;
  problems.push(text === undefined ? "DROVER_API_URL is missing" : `DROVER_API_URL must be an https:// address, not "${text}"`);
  return nowhere;
}

function tokenOf(value: string | undefined, path: string | undefined, problems: string[]): TextSource | undefined {
  if (value !== undefined && path !== undefined) problems.push("set DROVER_ENROLMENT_TOKEN or DROVER_ENROLMENT_TOKEN_FILE, not both");
  if (value !== undefined) return { kind: "value", value: new Secret(value) };
  return path === undefined ? undefined : { kind: "file", path };
}

function trustOf(path: string | undefined, pin: string | undefined, problems: string[]): TrustSource {
  if (path !== undefined && pin !== undefined) problems.push("set DROVER_CA_FILE or DROVER_CA_SHA256, not both");
  if (path !== undefined) return { kind: "ca-file", path };
  if (pin === undefined) return { kind: "system" };
  const sha256 = parsePin(pin);
  if (sha256 === undefined) problems.push("DROVER_CA_SHA256 must be 64 hex digits or 43 base64url characters");
  return { kind: "pin", sha256: sha256 ?? "" };
}

function namespaceOf(text: string, problems: string[]): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) problems.push(`DROVER_NAMESPACE "${text}" is no name of a namespace`);
  return text;
}

function clusterOf(
  kubeconfig: string | undefined,
  memory: string | undefined,
  folder: string | undefined,
  problems: string[],
): ClusterSource {
  if (kubeconfig !== undefined && memory !== undefined) problems.push("set DROVER_KUBECONFIG or DROVER_MEMORY_CLUSTER, not both");
  if (kubeconfig !== undefined) return { kind: "kubeconfig", path: kubeconfig };
  if (memory === undefined) return { kind: "in-cluster", folder };
  const [, socket, name] = /^unix:([^#]+)#(.+)$/.exec(memory) ?? [];
  if (socket === undefined || name === undefined)
    problems.push(`DROVER_MEMORY_CLUSTER must look like unix:/path/to.sock#name, not "${memory}"`);
  return { kind: "memory", socket: socket ?? "", name: name ?? "" };
}

const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

function logLevelOf(text: string, problems: string[]): LogLevel {
  const level = logLevels.find((one) => one === text);
  if (!level) problems.push(`DROVER_LOG_LEVEL must be one of ${logLevels.join(", ")}, not "${text}"`);
  return level ?? "info";
}

function portOf(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push(`DROVER_HEALTH_PORT must be a port, not "${text}"`);
  return port;
}
