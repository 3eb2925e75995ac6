import { Type, type TSchema } from "typebox";
import { maxFilterLength } from "./filter.ts";
import { describeFields, type ListFields } from "./list-fields.ts";

export const maxPageSize = 500;
export const defaultPageSize = 100;

/** Query parameters of every list. A page token fits only the list, filters and order that it came from. */
export const pageQuery = {
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: maxPageSize, default: defaultPageSize })),
  pageToken: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: "`nextPageToken` of the page before" })),
};

/** Those and what the fields of a list's items are asked with. */
export const listQuery = (fields: ListFields) => {
  const { filter, orderBy } = describeFields(fields);
  return {
    filter: Type.Optional(Type.String({ minLength: 1, maxLength: maxFilterLength, description: filter })),
    orderBy: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: orderBy })),
    ...pageQuery,
  };
};

/** For lists whose rows belong to clusters. */
export const clusterLabels = {
  labels: Type.Optional(
    Type.String({ maxLength: 2000, description: "of the cluster, by kubectl's selector: env=prod,tier!=edge,region in (eu,us),gpu,!old" }),
  ),
};

/** A page of a list. The last page has no `nextPageToken`. */
export const listOf = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), nextPageToken: Type.Optional(Type.String()) });

/** A query that refuses parameters it does not know: a misspelt filter must not silently mean "everything". */
export const queryOf = <Shape extends Record<string, TSchema>>(shape: Shape) => Type.Object(shape, { additionalProperties: false });
