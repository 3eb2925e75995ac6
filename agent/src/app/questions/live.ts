import { DroverError } from "@drover/kit";
import type { LiveAnswer } from "@drover/proto/wire";
import type { Asked } from "./asked.ts";
import { findInTree, liveOf } from "./in-tree.ts";

/** One object as it is, without what field managers keep in it unless that is asked for: it is longer than the rest and says little to people. */
export async function liveAnswer(asked: Asked): Promise<LiveAnswer> {
  const { object: named, managedFields: whole = false } = asked.query;
  if (!named) throw new DroverError("invalid", "QUERY_INVALID", "ask for a live object: say which");
  const live = await liveOf(asked, await findInTree(asked, named));
  if (whole) return { object: live };
  const { metadata, ...rest } = live;
  const { managedFields: _managedFields, ...kept } = metadata;
  return { object: { ...rest, metadata: kept } };
}
