import { DroverError, parseDuration, Secret } from "@drover/kit";
import type { LogLevel } from "@drover/kit/node";
import { type Role, type Setting, settings } from "./settings.ts";

export interface Listener {
  readonly host: string;
  readonly port: number;
}

export interface Config {
  readonly databaseUrl: Secret | undefined;
  readonly dataDir: string;
  readonly roles: ReadonlySet<Role>;
  readonly listen: Listener;
  readonly grpcListen: Listener;
  readonly consoleDir: string | undefined;
  readonly publicUrl: string | undefined;
  readonly tlsNames: readonly string[];
  readonly natsUrls: readonly string[] | undefined;
  readonly natsListen: Listener;
  readonly natsPublicUrls: readonly string[] | undefined;
  readonly fleetRepository: string | undefined;
  readonly fleetRef: string;
  readonly fleetCredentialsRef: string | undefined;
  readonly credentialsDir: string;
  readonly webhookSecret: Secret | undefined;
  readonly egressAllow: readonly string[];
  readonly egressPrivate: "allow" | "deny";
  readonly sourcePollMs: number;
  readonly logLevel: LogLevel;
}

/** Read elsewhere, by the programs' own look-up (`DROVER_NATS_SERVER`, …) and the command line. */
const foreign =
  /^DROVER_(NATS_SERVER|NATS_SERVER_FLOOR|KUSTOMIZE|HELM|KUBE_\w+|KUBECTL|ETCD|KWOK|TOOLS_CACHE|CONFIG|CONTEXT|SERVER|TOKEN|TOKEN_FILE|CA_FILE)$/;

/**
 * The environment as configuration. A secret may also be given as a file, by the name with `_FILE`; `readFile` reads it.
 * Throws one `invalid` CONFIG_INVALID that lists every problem at once, unknown DROVER_* names included.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, readFile: (path: string) => string): Config {
  const problems: string[] = [];
  const known = new Set<string>(Object.values(settings).flatMap((setting) => [setting.name, `${setting.name}_FILE`]));
  for (const name of Object.keys(env))
    if (name.startsWith("DROVER_") && !known.has(name) && !foreign.test(name))
      problems.push(`${name} is no setting; see docs/reference/configuration.md`);

  const text = (setting: Setting): string | undefined => {
    const direct = env[setting.name];
    if (direct !== undefined && direct !== "") return direct;
    return setting.fallback;
  };
  const required = (setting: Setting): string => text(setting) ?? "";
  const secret = (setting: Setting): Secret | undefined => {
    const file = env[`${setting.name}_FILE`];
    if (file === undefined) {
      const value = text(setting);
      return value === undefined ? undefined : new Secret(value);
    }
    try {
      return new Secret(readFile(file).trim());
    } catch {
      problems.push(`${setting.name}_FILE names ${file}, which cannot be read`);
      return undefined;
    }
  };
  const list = (setting: Setting): readonly string[] | undefined => {
    const items = text(setting)
      ?.split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
    for (const item of items ?? [])
      if (setting.words && !setting.words.includes(item))
        problems.push(`${setting.name}: "${item}" is none of ${setting.words.join(", ")}`);
    return items;
  };
  const word = (setting: Setting): string => {
    const value = required(setting);
    if (!setting.words?.includes(value)) problems.push(`${setting.name}: "${value}" is none of ${setting.words?.join(", ")}`);
    return value;
  };
  const listener = (setting: Setting): Listener => {
    const found = /^(.+):(\d{1,5})$/.exec(required(setting));
    const port = Number(found?.[2] ?? Number.NaN);
    if (!found || port > 65_535) problems.push(`${setting.name}: write host:port, such as ${setting.fallback}`);
    return { host: found?.[1] ?? "", port };
  };
  const duration = (setting: Setting): number => {
    try {
      return parseDuration(required(setting));
    } catch (error) {
      problems.push(`${setting.name}: ${(error as Error).message}`);
      return 0;
    }
  };

  const dataDir = required(settings.dataDir);
  const config: Config = {
    databaseUrl: secret(settings.databaseUrl),
    dataDir,
    roles: new Set(list(settings.roles) as readonly Role[]),
    listen: listener(settings.listen),
    grpcListen: listener(settings.grpcListen),
    consoleDir: text(settings.consoleDir),
    publicUrl: text(settings.publicUrl),
    tlsNames: list(settings.tlsNames) ?? [],
    natsUrls: list(settings.natsUrls),
    natsListen: listener(settings.natsListen),
    natsPublicUrls: list(settings.natsPublicUrls),
    fleetRepository: text(settings.fleetRepository),
    fleetRef: required(settings.fleetRef),
    fleetCredentialsRef: text(settings.fleetCredentialsRef),
    credentialsDir: text(settings.credentialsDir) ?? `${dataDir}/credentials`,
    webhookSecret: secret(settings.webhookSecret),
    egressAllow: list(settings.egressAllow) ?? [],
    egressPrivate: word(settings.egressPrivate) as "allow" | "deny",
    sourcePollMs: duration(settings.sourcePoll),
    logLevel: word(settings.logLevel) as LogLevel,
  };
  if (problems.length > 0)
    throw new DroverError("invalid", "CONFIG_INVALID", `read configuration: ${problems.join("; ")}`, { details: { problems } });
  return config;
}
