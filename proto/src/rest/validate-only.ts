import { Type } from "typebox";
import { queryOf } from "./page.ts";

/** Query of whatever can be tried first. */
export const validateOnly = {
  validateOnly: Type.Optional(
    Type.Boolean({ description: "answers what would be, and changes nothing; a commit that is not made is named by zeros" }),
  ),
};

/** Of an operation that is carried out in full and then forgotten. */
export const rehearsed = { rehearsed: true, query: queryOf(validateOnly) } as const;
