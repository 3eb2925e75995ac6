import { DroverError } from "@drover/kit";
import type { FleetEdit } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { applyAll, applyManifest } from "../fleet-objects/apply-manifest.ts";
import { problemsOfSpec } from "../fleet-objects/check-manifest.ts";
import { dryRunOption } from "../dry-run.ts";
import { timeoutOption } from "../duration-option.ts";
import { editedKind } from "../fleet-objects/edited-kind.ts";
import { type EditOptions, type FleetClient, fleetClient } from "../fleet-objects/fleet-client.ts";
import { followEdits } from "../fleet-objects/follow-edits.ts";
import { type Manifest, readManifests } from "../fleet-objects/read-manifests.ts";
import { nameOfEdit, sayFailure, sayProblems, showEdit, showEdits } from "../fleet-objects/show-edits.ts";
import { isForPeople } from "../output/output-form.ts";
import { type OutputForm, outputOption } from "../output/print.ts";

export interface FileOptions {
  readonly filename: readonly string[];
  readonly kind?: string;
}

interface ApplyOptions extends FileOptions {
  readonly reason?: string;
  readonly dryRun?: "client" | "server";
  readonly output?: OutputForm;
  readonly wait?: boolean;
  readonly timeout: number;
}

/** `drover apply -f environments/production.yaml`, `drover create -f …`: each object becomes a commit to the fleet repository. */
export function applyCommands(program: Command, cli: Cli): void {
  const describedAs = "objects in files of the fleet repository's form, each by a commit";
  changing(program.command("apply").description(`create or change ${describedAs}`)).action((options: ApplyOptions, command: Command) =>
    change(cli, command, options, applyManifest),
  );
  changing(program.command("create").description(`add ${describedAs}; refused where there is one already`)).action(
    (options: ApplyOptions, command: Command) =>
      change(cli, command, options, (client, { kind, name, spec }, asked) => client.create(kind, name, spec, asked)),
  );
}

export const fileOptions = (command: Command): Command =>
  command
    .requiredOption("-f, --filename <path>", "a file, a folder, or - for standard input; may be given more than once", collected, [])
    .option("--kind <kind>", "of documents that neither say it nor have a path that does");

export const collected = (one: string, before: readonly string[]): readonly string[] => [...before, one];

const changing = (command: Command): Command =>
  fileOptions(command)
    .option("-m, --reason <text>", "why; kept in git and in the audit record")
    .addOption(dryRunOption())
    .option("--wait", "wait until the rollouts that follow have ended")
    .addOption(timeoutOption("with --wait, for each place", "15m"))
    .addOption(outputOption());

/** Reads what -f names. Throws OPTION_INVALID when there is nothing in it. */
export async function manifestsFrom(cli: Cli, { filename, kind }: FileOptions): Promise<readonly Manifest[]> {
  const of = kind === undefined ? undefined : editedKind(kind);
  if (filename.length === 0) throw new DroverError("invalid", "OPTION_INVALID", "say what to read with -f: a file, a folder, or -");
  if (kind !== undefined && of === undefined)
    throw new DroverError("invalid", "OPTION_INVALID", `there are no objects of kind ${kind} to edit`);
  const passOver = (source: string, why: string) => cli.say(`${source} is left out: ${why}`);
  const manifests = await readManifests(filename, { kind: of, passOver });
  if (manifests.length === 0) throw new DroverError("invalid", "MANIFEST_INVALID", `${filename.join(", ")}: no fleet objects are in it`);
  return manifests;
}

export const reasonFor = (verb: string, { filename, reason }: FileOptions & { readonly reason?: string }): string =>
  reason ?? `drover ${verb} -f ${filename.join(" -f ")}`.slice(0, 1000);

type Change = (client: FleetClient, manifest: Manifest, options: EditOptions) => Promise<FleetEdit>;

async function change(cli: Cli, command: Command, options: ApplyOptions, apply: Change): Promise<void> {
  const { dryRun, output } = options;
  const manifests = await manifestsFrom(cli, options);
  if (refusedHere(cli, manifests)) return cli.setExitCode(1);
  if (dryRun === "client") return manifests.forEach((one) => cli.out(`${nameOfEdit(one)} is sound (client dry run)\n`));

  const client = clientFor(cli, command);
  const fleet = fleetClient(client);
  const reason = reasonFor(command.name(), options);
  const applied = await applyAll(
    manifests,
    (manifest, validateOnly) => apply(fleet, manifest, { reason, validateOnly }),
    dryRun === "server",
  );
  for (const { manifest, outcome } of applied) {
    if ("error" in outcome) sayFailure(cli, manifest.source, outcome.error);
    else {
      if (isForPeople(output)) showEdit(cli, outcome.edit, dryRun === "server" ? " (server dry run)" : "");
      sayProblems(cli, outcome.warnings);
    }
  }
  const edits = applied.flatMap(({ outcome }) => ("edit" in outcome ? [outcome.edit] : []));
  if (output !== undefined && output !== "wide") showEdits(cli, edits, output);
  if (edits.length < applied.length || edits.some(({ result }) => result === "Refused")) cli.setExitCode(1);
  if (options.wait === true && dryRun === undefined) await followEdits(client, cli, edits, options);
}

/** What is wrong with an object by itself is said before anything is changed. */
export function refusedHere(cli: Cli, manifests: readonly Manifest[]): boolean {
  const problems = manifests.flatMap(({ kind, name, spec, source }) =>
    problemsOfSpec(kind, name, spec).map(({ message, code }) => ({ source, message, code })),
  );
  for (const { source, message, code } of problems) sayFailure(cli, source, new DroverError("invalid", code, message));
  return problems.length > 0;
}
