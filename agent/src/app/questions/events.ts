import { member, memberAt } from "@drover/kit";
import type { EventsAnswer, ObjectEvent } from "@drover/proto/wire";
import { textOf, uidOf } from "../../domain/manifest-fields.ts";
import { groupOf, type Manifest } from "../../domain/manifest.ts";
import { cut } from "../../domain/status/cut.ts";
import { type Asked, listed, textLimits } from "./asked.ts";
import { descendants } from "./descendants.ts";
import { findInTree, parentOf } from "./in-tree.ts";
import { type Parent, rootsOf } from "./roots.ts";

const maxObjects = 2_000;
const maxEvents = 500;
/** For more objects one list of their namespace is cheaper than one for each. */
const maxByUid = 8;
/** Where Kubernetes keeps events about objects that have no namespace. */
const namespaceOfClusterScoped = "default";

interface Subject {
  readonly uid: string;
  readonly namespace: string;
}

/** The newest events about the application's objects, or about one of them, and about all that came of it. */
export async function eventsAnswer(asked: Asked): Promise<EventsAnswer> {
  const { object } = asked.query;
  const parents = object ? [parentOf(await findInTree(asked, object))] : rootsOf(asked.application);
  const { grown } = await descendants(asked, parents, maxObjects);
  const subjects = [...parents.flatMap(subjectOfParent), ...grown.map((one) => subjectOf(one.object))];
  const byNamespace = Map.groupBy(subjects, ({ namespace }) => namespace);
  const found = await Promise.all(Array.from(byNamespace, ([namespace, inIt]) => eventsIn(asked, namespace, inIt)));
  const items = found.flat().map(readEvent);
  items.sort((a, b) => (a.lastAt ?? "").localeCompare(b.lastAt ?? ""));
  return { items: items.slice(-maxEvents) };
}

const subjectOfParent = ({ id, uid }: Parent): readonly Subject[] =>
  uid === undefined ? [] : [{ uid, namespace: id.namespace ?? namespaceOfClusterScoped }];

const subjectOf = (object: Manifest): Subject => ({ uid: uidOf(object), namespace: textOf(object.metadata["namespace"]) });

async function eventsIn(asked: Asked, namespace: string, subjects: readonly Subject[]): Promise<readonly Manifest[]> {
  const resource = asked.context.discovery.find("", "Event");
  if (subjects.length <= maxByUid) {
    const each = subjects.map(({ uid }) => listed(asked, resource, { namespace, fieldSelector: `involvedObject.uid=${uid}` }));
    return (await Promise.all(each)).flat();
  }
  const uids = new Set(subjects.map(({ uid }) => uid));
  const all = await listed(asked, resource, { namespace });
  return all.filter((event) => uids.has(textOf(memberAt(event, "involvedObject", "uid"))));
}

/** Old and new writers of events fill in different fields. */
function readEvent(event: Manifest): ObjectEvent {
  const about = member(event, "involvedObject");
  const text = (...path: readonly string[]): string => textOf(memberAt(event, ...path));
  const namespace = textOf(member(about, "namespace"));
  const eventTime = text("eventTime");
  const firstAt = text("firstTimestamp") || eventTime;
  const lastAt = text("series", "lastObservedTime") || text("lastTimestamp") || eventTime;
  return {
    object: {
      group: groupOf(textOf(member(about, "apiVersion"))),
      kind: textOf(member(about, "kind")),
      ...(namespace === "" ? {} : { namespace }),
      name: textOf(member(about, "name")),
    },
    type: cut(text("type") || "Normal", textLimits.reason),
    reason: cut(text("reason"), textLimits.reason),
    message: cut(text("message"), textLimits.message),
    count: Number(memberAt(event, "series", "count") ?? member(event, "count") ?? 1),
    ...(firstAt === "" ? {} : { firstAt }),
    ...(lastAt === "" ? {} : { lastAt }),
  };
}
