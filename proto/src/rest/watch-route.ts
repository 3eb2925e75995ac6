import { Type, type TArray, type TObject, type TSchema } from "typebox";
import type { Route } from "./route.ts";

/** A list's parameters that say where and how much, and mean nothing to a watch. */
const listOnly = ["pageSize", "pageToken", "orderBy"] as const;

const after = Type.Optional(
  Type.String({ minLength: 1, maxLength: 2000, description: "the id of the last message seen; the Last-Event-ID header wins" }),
);

interface ListRoute<Item extends TSchema = TSchema> extends Route {
  readonly query: TObject;
  readonly answer: TObject<{ items: TArray<Item> }>;
}

type ItemOf<List> = List extends { readonly answer: TObject<infer Members> }
  ? Members extends { items: TArray<infer Item> }
    ? Item
    : never
  : never;
type FiltersOf<List> = List extends { readonly query: TObject<infer Parameters> } ? Omit<Parameters, (typeof listOnly)[number]> : never;

type WatchRoute<List extends ListRoute> = Pick<List, "permission" | Extract<keyof List, "params" | "list">> & {
  readonly method: "GET";
  readonly path: `${List["path"]}/watch`;
  readonly summary: string;
  readonly query: TObject<FiltersOf<List> & { after: typeof after }>;
  readonly status: 200;
  readonly media: readonly ["text/event-stream"];
  readonly message: ReturnType<typeof changeOf<ItemOf<List>>>;
};

/** What a watch says of one object of the list. */
const changeOf = <Item extends TSchema>(item: Item) =>
  Type.Object(
    {
      type: Type.Enum(["Added", "Modified", "Deleted", "Synced", "Bookmark"], {
        type: "string",
        description:
          "Added: the reader did not have it. Modified: it is so now; one that resumed may have it for the first time, where it began to match while " +
          "nobody looked. Deleted: it is gone, or matches no longer; one that resumed may not have known it. Synced: all that was there has been told. " +
          "Bookmark: nothing happened for a minute; its id is the newest place to go on from",
      }),
      name: Type.Optional(Type.String({ description: "what the get operation takes; absent in Synced and Bookmark" })),
      object: Type.Optional(item),
    },
    { $id: `${String((item as { $id?: string }).$id)}Change` },
  );

/** The watch of a list: same permission, path and filters, so that the two cannot differ. */
export function watchOf<const List extends ListRoute>(list: List): WatchRoute<List> {
  const filters = Object.fromEntries(Object.entries(list.query.properties).filter(([name]) => !listOnly.some((other) => other === name)));
  const route = {
    method: "GET",
    path: `${list.path}/watch`,
    permission: list.permission,
    summary: `Follows the list: all that is there, one \`Synced\`, then every change, or all after \`Last-Event-ID\` or \`after\` (${list.summary})`,
    ...(list.params && { params: list.params }),
    ...(list.list && { list: list.list }),
    query: Type.Object({ ...filters, after }, { additionalProperties: false }),
    status: 200,
    media: ["text/event-stream"],
    message: changeOf(list.answer.properties.items.items),
  } as const;
  return route as unknown as WatchRoute<List>;
}
