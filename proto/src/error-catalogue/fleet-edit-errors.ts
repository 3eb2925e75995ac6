import { type ErrorEntries, entry } from "./entry.ts";

export const fleetEditErrors: ErrorEntries = {
  FLEET_FILE_NOT_EDITABLE: entry(
    "wrong-state",
    "The file cannot be edited without changing what people wrote.",
    "It is no plain YAML map.",
    "Correct it by hand.",
  ),
  FLEET_EDIT_INVALID: entry(
    "invalid",
    "The edit would make an invalid file, or make another file invalid.",
    "A value that the rules refuse; the message names the file and the line, `errors` all of them.",
    "Ask with another value; `validateOnly=true` shows what an edit would bring about.",
  ),
  FLEET_OBJECT_EXISTS: entry(
    "exists",
    "There is an object of this kind with this name.",
    "Somebody created it before.",
    "Change it (PUT), or choose another name.",
  ),
  FLEET_OBJECT_CHANGED: entry(
    "stale",
    "The object is not at the version of `If-Match`.",
    "Somebody edited it meanwhile, in git or through the API.",
    "Read it again, make the change on what is there, and repeat.",
  ),
  FLEET_OBJECT_USED: entry(
    "wrong-state",
    "The object is named by other files, so it is not deleted.",
    "An environment that names the strategy, a pin of the environment, an application of the project.",
    "Change the files that `details.users` lists first.",
  ),
  REMOVE_INSTEAD: entry(
    "wrong-state",
    "Applications and clusters are removed, not deleted.",
    "A DELETE; it would leave what runs there without anybody who answers for it.",
    "Use `POST …/remove`, `drover application remove` or `drover cluster remove`, which say what becomes of what runs.",
  ),
  CLUSTER_ID_FIXED: entry(
    "invalid",
    "A cluster's id cannot be changed.",
    "A spec with another cluster's id.",
    "Leave `id` out, or register another cluster.",
  ),
  CLUSTER_EXISTS: entry("exists", "There is a cluster with this name.", "It was registered before.", "Choose another name."),
};
