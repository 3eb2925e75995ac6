import { DroverError } from "@drover/kit";
import type { LiveAnswer } from "@drover/proto/wire";
import type { Asked } from "./asked.ts";
import { findInTree, liveOf } from "./in-tree.ts";

/** One object as it is, without what field managers keep in it: that is longer than the rest and says nothing to people. */
export async function liveAnswer(asked: Asked): Promise<LiveAnswer> {
  const { object: named } = asked.query;
  if (!named) throw new DroverError("invalid", "QUERY_INVALID", "ask for a live object: say which");
  const { metadata, ...rest } = await liveOf(asked, await findInTree(asked, named));
  const { managedFields: _managedFields, ...kept } = metadata;
  return { object: { ...rest, metadata: kept } };
}
