import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { DroverError } from "@drover/kit";

export type StoryName = "none" | "first-light";

/** Undefined ports are free ones. */
export interface Ports {
  readonly api: number | undefined;
  readonly grpc: number | undefined;
  readonly nats: number | undefined;
  readonly postgres: number | undefined;
  readonly git: number | undefined;
}

export interface Options {
  readonly clusters: number;
  /** How many of them are real ones. */
  readonly kubernetes: number;
  readonly story: StoryName;
  /** `exit`: end with a summary. `stay`: keep everything up until Ctrl-C. */
  readonly afterwards: "exit" | "stay";
  readonly output: "text" | "json";
  readonly readyFile: string | undefined;
  /** A temporary one when absent. */
  readonly dataDir: string | undefined;
  readonly ports: Ports;
}

export type Command = { readonly kind: "help" } | { readonly kind: "run"; readonly options: Options };

/** A cluster is an agent process of about 80 MB beside its own memory; a real one takes 540 MB more. Raise it on a larger machine. */
const maxClusters = 64;

export const usage = `Usage: ./drover demo [OPTIONS]

Runs a whole fleet on this machine, plays one change's way through it, and checks every step in the clusters themselves.

      --clusters N          clusters of the fleet (default 6): two in staging, the rest in production in three waves
      --kubernetes M        how many of them are real Kubernetes (default 0); their programs are built when missing
      --story NAME          first-light (default) or none: start the fleet without playing
      --exit                end after the story with a summary; status 0 only if every step was verified
  -o, --output FORMAT       text (default) or json, on standard output; progress then goes to standard error
      --ready-file FILE     write addresses, token file and clusters there as JSON once the fleet is enrolled
      --data-dir DIR        keep all data there, in a new or empty folder (default: a temporary one, removed after success)
      --port P, --grpc-port P, --nats-port P, --postgres-port P, --git-port P
                            listen there (default: free ports); always on 127.0.0.1
  -h, --help                this text
`;

/** Throws `invalid` OPTION_INVALID. */
export function parseOptions(args: readonly string[]): Command {
  const values = parseValues(args);
  if (values.help === true) return { kind: "help" };
  const clusters = count("--clusters", values.clusters, { least: 1, most: maxClusters }) ?? 6;
  const kubernetes = count("--kubernetes", values.kubernetes, { least: 0, most: clusters }) ?? 0;
  const story = word("--story", values.story, ["none", "first-light"]) ?? "first-light";
  if (story !== "none" && clusters < 2)
    throw refusal("the story needs a cluster in staging and one in production: give --clusters 2 or more");
  const port = (name: `${string}port`): number | undefined => count(`--${name}`, values[name], { least: 1, most: 65_535 });
  const ports = {
    api: port("port"),
    grpc: port("grpc-port"),
    nats: port("nats-port"),
    postgres: port("postgres-port"),
    git: port("git-port"),
  };
  assertDifferent(Object.values(ports));
  return {
    kind: "run",
    options: {
      clusters,
      kubernetes,
      story,
      afterwards: values.exit === true ? "exit" : "stay",
      output: word("--output", values.output, ["text", "json"]) ?? "text",
      readyFile: values["ready-file"] === undefined ? undefined : resolve(values["ready-file"]),
      dataDir: values["data-dir"] === undefined ? undefined : resolve(values["data-dir"]),
      ports,
    },
  };
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const known = {
  clusters: text,
  kubernetes: text,
  story: text,
  exit: flag,
  output: { type: "string", short: "o" },
  "ready-file": text,
  "data-dir": text,
  port: text,
  "grpc-port": text,
  "nats-port": text,
  "postgres-port": text,
  "git-port": text,
  help: { type: "boolean", short: "h" },
} as const;

type Values = { readonly [Name in keyof typeof known]?: (typeof known)[Name]["type"] extends "boolean" ? boolean : string } & {
  readonly [name: `${string}port`]: string | undefined;
};

function parseValues(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw refusal((cause as Error).message);
  }
}

function count(option: string, given: string | undefined, { least, most }: { least: number; most: number }): number | undefined {
  if (given === undefined) return undefined;
  const number = /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw refusal(`${option} takes a whole number from ${least} to ${most}, not "${given}"`);
}

function word<const Word extends string>(option: string, given: string | undefined, words: readonly Word[]): Word | undefined {
  if (given === undefined) return undefined;
  const found = words.find((one) => one === given);
  if (found === undefined) throw refusal(`${option} takes ${words.join(" or ")}, not "${given}"`);
  return found;
}

function assertDifferent(ports: readonly (number | undefined)[]): void {
  const given = ports.filter((port) => port !== undefined);
  const twice = given.find((port, index) => given.indexOf(port) !== index);
  if (twice !== undefined) throw refusal(`port ${twice} is given twice`);
}

const refusal = (message: string): DroverError => new DroverError("invalid", "OPTION_INVALID", message);
