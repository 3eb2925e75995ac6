import { DroverError } from "@drover/kit";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { findObject, listObjects, objectView, type Place, readLiveObject } from "../live-objects/objects.ts";
import { isForPeople } from "../output/output-form.ts";
import { showList, showOne, type ShowOptions } from "../output/show.ts";

export interface ObjectOptions extends ShowOptions {
  readonly cluster?: string;
  readonly application?: string;
  readonly namespace?: string;
  readonly showManagedFields?: boolean;
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
  if (choices.length === 0) return showList(cli, await listObjects(client, place, { namespace }), objectView, options);
  const nodes = await Promise.all(choices.map((choice) => findObject(client, place, choice)));
  if (isForPeople(output) || output === "name") return showList(cli, nodes, objectView, options);
  const managedFields = options.showManagedFields === true;
  const objects = await Promise.all(nodes.map((node) => readLiveObject(client, place, node, { managedFields })));
  const view = { kind: "object", name: () => "", columns: [] };
  return objects.length === 1 ? showOne(cli, objects[0], view, options) : showList(cli, objects, view, options);
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
