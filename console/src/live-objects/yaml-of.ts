import { dump } from "js-yaml";

/** Keys in order: two objects with the same members read the same. */
export const yamlOf = (object: object | undefined): string => (object === undefined ? "" : dump(object, { noRefs: true, sortKeys: true }));
