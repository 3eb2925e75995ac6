import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { kindMeant } from "../live-objects/kind-meant.ts";
import { findObject, listObjects, type ObjectChoice, objectView, type Place, readLiveObject } from "../live-objects/objects.ts";
import { formatObject } from "../output/print.ts";
import { isForPeople } from "../output/output-form.ts";
import { showList, showOne, type ShowOptions } from "../output/show.ts";

export interface ObjectOptions extends ShowOptions {
  readonly cluster?: string;
  readonly application?: string;
  readonly namespace?: string;
  readonly showManagedFields?: boolean;
  readonly rendered?: boolean;
}

export const isObjectWord = (word: string): boolean => ["object", "objects", "obj"].includes(word);

/**
 * `drover get objects -a web --cluster eu-1`, `drover get object deployment/web -a web --cluster eu-1 -o yaml`. People get a row of the
 * application's tree for each; machines the object itself, which is read and audited one by one.
 */
export async function getObjects(cli: Cli, command: Command, words: readonly string[], options: ObjectOptions): Promise<void> {
  const place = placeOf(options);
  const { namespace, output } = options;
  const client = clientFor(cli, command);
  const choices = words.map((word) => choiceOf(word, namespace));
  if (options.rendered === true)
    return cli.out(
      formatObject(await renderedObjects(client, place, choices), output === undefined || output === "wide" ? "yaml" : output),
    );
  if (choices.length === 0) return showList(cli, await listObjects(client, place, { namespace }), objectView, options);
  const nodes = await Promise.all(choices.map((choice) => findObject(client, place, choice)));
  if (isForPeople(output) || output === "name") return showList(cli, nodes, objectView, options);
  const managedFields = options.showManagedFields === true;
  const objects = await Promise.all(nodes.map((node) => readLiveObject(client, place, node, { managedFields })));
  const view = { kind: "object", name: () => "", columns: [] };
  return objects.length === 1 ? showOne(cli, objects[0], view, options) : showList(cli, objects, view, options);
}

/** What git makes of the application for this cluster; all of it, or what was named. Nobody is asked for it but the server. */
async function renderedObjects(client: Client, params: Place, choices: readonly ObjectChoice[]): Promise<object> {
  const bundle = await client("getClusterBundle", { params });
  const isMeant = ({ kind, metadata }: Readonly<Record<string, unknown>>): boolean =>
    choices.some(
      (choice) => kindMeant(String(kind)) === kindMeant(choice.kind ?? "") && (metadata as { name?: string }).name === choice.name,
    );
  const items = choices.length === 0 ? bundle.items : bundle.items.filter(isMeant);
  if (items.length > 0) return { ...bundle, items };
  throw new DroverError(
    "not-found",
    "RESOURCE_NOT_FOUND",
    `get objects: what is rendered of ${params.application} for ${params.cluster} has no such object`,
  );
}

function placeOf({ cluster, application }: ObjectOptions): Place {
  if (cluster !== undefined && application !== undefined) return { cluster, application };
  throw new DroverError("invalid", "OPTION_INVALID", "get objects: say of which application, and on which cluster, with -a and --cluster");
}

function choiceOf(word: string, namespace: string | undefined) {
  const [kind, name, ...more] = word.split("/");
  if (kind !== undefined && name !== undefined && name !== "" && more.length === 0) return { kind, name, namespace };
  throw new DroverError("invalid", "OPTION_INVALID", `get object: "${word}" is not kind/name, like deployment/web`);
}
