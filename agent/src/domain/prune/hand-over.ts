import type { JsonObject } from "@drover/kit";
import { fieldsFrom, mergeFields, noFields } from "../drift/field-set.ts";
import { isOwn } from "../drift/projection.ts";
import { managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { isAgentsManager } from "./disown.ts";

/**
 * The managedFields of an object that moves from an application of another project: that project's fields become ours, so that
 * our apply takes away what git no longer has. Undefined when only one project has written it.
 */
export function inheritFromProjects(live: Manifest, fieldManager: string): readonly JsonObject[] | undefined {
  const entries = managedFieldsOf(live);
  const former = entries.filter(
    (entry) =>
      entry.operation === "Apply" && isAgentsManager(entry.manager) && !isOwn(entry, fieldManager) && entry["subresource"] === undefined,
  );
  if (former.length === 0) return undefined;
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  const fieldsV1 = [...(own ? [own] : []), ...former].reduce((all, entry) => mergeFields(all, fieldsFrom(entry["fieldsV1"])), noFields);
  const heir = { ...(own ?? former[0]), manager: fieldManager, fieldsV1 };
  return [...entries.filter((entry) => entry !== own && !former.includes(entry)), heir];
}
