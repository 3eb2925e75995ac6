import { Type, type TSchema } from "typebox";

export const maxPageSize = 500;
export const defaultPageSize = 100;

/** Query parameters of every list. A page token fits only the list and filters that it came from. */
export const pageQuery = {
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: maxPageSize, default: defaultPageSize })),
  pageToken: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: "`nextPageToken` of the page before" })),
};

/** A page of a list. The last page has no `nextPageToken`. */
export const listOf = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), nextPageToken: Type.Optional(Type.String()) });

/** A query that refuses parameters it does not know: a misspelt filter must not silently mean "everything". */
export const queryOf = <Shape extends Record<string, TSchema>>(shape: Shape) => Type.Object(shape, { additionalProperties: false });
