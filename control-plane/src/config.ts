import { type AddressBlock, DroverError, type Secret } from "@drover/kit";
import type { FailpointOrder, LogLevel } from "@drover/kit/node";
import type { CertificateFiles } from "./app/bootstrap.ts";
import { type Failpoint, failpoints, notificationFailpoints, rollbackFailpoints } from "./app/failpoint.ts";
import { type Listener, SettingReader } from "./setting-reader.ts";
import { type Role, settings } from "./settings.ts";

export interface Config {
  readonly databaseUrl: Secret | undefined;
  readonly dataDir: string;
  readonly roles: ReadonlySet<Role>;
  readonly listen: Listener;
  readonly grpcListen: Listener;
  readonly consoleDir: string | undefined;
  readonly tlsNames: readonly string[];
  readonly tlsFiles: CertificateFiles | undefined;
  readonly firstAdminToken: Secret | undefined;
  readonly bootstrapSecrets: string | undefined;
  readonly bootstrapRestarts: readonly string[];
  readonly serviceAccountDir: string;
  readonly natsUrls: readonly string[] | undefined;
  readonly natsListen: Listener;
  readonly natsPublicUrls: readonly string[] | undefined;
  readonly fleetRepository: string | undefined;
  readonly fleetRef: string;
  readonly fleetCredentialsRef: string | undefined;
  readonly credentialsDir: string;
  readonly webhookSecret: Secret | undefined;
  /** As browsers reach it, without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly requestsPerToken: number;
  readonly requestsPerAddress: number;
  readonly trustedProxies: readonly AddressBlock[];
  readonly egressAllow: readonly string[];
  readonly egressPrivate: "allow" | "deny";
  readonly sourcePollMs: number;
  readonly logLevel: LogLevel;
  readonly failpoint: FailpointOrder<Failpoint> | undefined;
}

/** Read elsewhere, by the programs' own look-up (`DROVER_NATS_SERVER`, …) and the command line. */
const foreign =
  /^DROVER_(NATS_SERVER|NATS_SERVER_FLOOR|KUSTOMIZE|HELM|KUBE_\w+|KUBECTL|ETCD|KWOK|TOOLS_CACHE|CONFIG|CONTEXT|SERVER|TOKEN|TOKEN_FILE|CA_FILE)$/;

/**
 * The environment as configuration. A secret may also be given as a file, by the name with `_FILE`; `readFile` reads it.
 * Throws one `invalid` CONFIG_INVALID that lists every problem at once, unknown DROVER_* names included.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, readFile: (path: string) => string): Config {
  const read = new SettingReader(env, readFile);
  for (const name of Object.keys(env))
    if (isUnknown(name)) read.problems.push(`${name} is no setting; see docs/reference/configuration.md`);

  const dataDir = read.required(settings.dataDir);
  const config: Config = {
    databaseUrl: read.secret(settings.databaseUrl),
    dataDir,
    roles: new Set(read.list(settings.roles) as readonly Role[]),
    listen: read.listener(settings.listen),
    grpcListen: read.listener(settings.grpcListen),
    consoleDir: read.text(settings.consoleDir),
    tlsNames: read.list(settings.tlsNames) ?? [],
    tlsFiles: tlsFilesOf(read),
    firstAdminToken: read.secret(settings.firstAdminToken),
    bootstrapSecrets: read.text(settings.bootstrapSecrets),
    bootstrapRestarts: read.list(settings.bootstrapRestarts) ?? [],
    serviceAccountDir: read.required(settings.serviceAccountDir),
    natsUrls: read.list(settings.natsUrls),
    natsListen: read.listener(settings.natsListen),
    natsPublicUrls: read.list(settings.natsPublicUrls),
    fleetRepository: read.text(settings.fleetRepository),
    fleetRef: read.required(settings.fleetRef),
    fleetCredentialsRef: read.text(settings.fleetCredentialsRef),
    credentialsDir: read.text(settings.credentialsDir) ?? `${dataDir}/credentials`,
    webhookSecret: read.secret(settings.webhookSecret),
    publicUrl: read.url(settings.publicUrl),
    requestsPerToken: read.count(settings.requestsPerToken),
    requestsPerAddress: read.count(settings.requestsPerAddress),
    trustedProxies: read.blocks(settings.trustedProxies),
    egressAllow: read.list(settings.egressAllow) ?? [],
    egressPrivate: read.word(settings.egressPrivate) as "allow" | "deny",
    sourcePollMs: read.durationMs(settings.sourcePoll),
    logLevel: read.word(settings.logLevel) as LogLevel,
    failpoint: read.failpoint(settings.failpoint, [...failpoints, ...rollbackFailpoints, ...notificationFailpoints]),
  };
  const { problems } = read;
  if (problems.length > 0)
    throw new DroverError("invalid", "CONFIG_INVALID", `read configuration: ${problems.join("; ")}`, { details: { problems } });
  return config;
}

function tlsFilesOf(read: SettingReader): CertificateFiles | undefined {
  const [certFile, keyFile] = [read.text(settings.tlsCertFile), read.text(settings.tlsKeyFile)];
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  if (certFile !== keyFile) read.problems.push("DROVER_TLS_CERT_FILE and DROVER_TLS_KEY_FILE: give both, or neither");
  return undefined;
}

const known = new Set<string>(Object.values(settings).flatMap(({ name }) => [name, `${name}_FILE`]));

/** Kubernetes puts such variables into every pod beside a Service named `drover…`. */
const serviceLink = /^DROVER(_\w+)?_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_\w+)?)$/;

/** A misspelt setting must not silently mean its default. */
const isUnknown = (name: string): boolean =>
  name.startsWith("DROVER_") && !known.has(name) && !foreign.test(name) && !serviceLink.test(name);
