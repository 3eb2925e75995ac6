import { parseJson } from "@drover/kit";
import type { Episode } from "./drift/episode.ts";
import type { ObjectId } from "./manifest.ts";
import type { SyncRecord } from "./order/sync-record.ts";

/** What we know of an object after our last apply of it. */
export interface Applied {
  /** Of exactly the object we wrote: one deleted and made again by somebody else is not ours. */
  readonly uid: string;
  /** Fingerprint of the manifest we sent. */
  readonly desired: string;
  /** Our fields of the answer, as canonical JSON (see drift/projection.ts); equal for most objects of a kind. */
  readonly fields: string;
  /** Fingerprint of the values at those fields. */
  readonly projection: string;
  readonly resourceVersion: string;
}

/** An object that the application owns, or is about to: `applied` is missing from when we decide to create it until the answer. */
export interface InventoryItem {
  readonly id: ObjectId;
  readonly version: string;
  readonly applied?: Applied;
  /** A Job that ran to its end. */
  readonly finished?: boolean;
  /** It left git, and a person has released its deletion. */
  readonly approved?: boolean;
  /** It differs from git, and people have been told: the next process tells them of the end of this very episode. */
  readonly episode?: Episode;
}

/** All that one application owns in this cluster. Nothing outside it is ever deleted. */
export interface Inventory {
  readonly application: string;
  readonly project: string;
  readonly environment: string;
  readonly generation: number;
  readonly bundle: string;
  /** The Kubernetes user that wrote them; empty: the agent itself. */
  readonly user: string;
  /** Its removal has begun to delete: what has to be done before is done. */
  readonly leaving?: boolean;
  /** How far its last sync is. */
  readonly sync?: SyncRecord;
  readonly items: readonly InventoryItem[];
}

type Place = [group: string, version: string, kind: string, namespace: string, name: string];
type Row = [...place: Place, applied?: AppliedRow | null, flags?: number, episode?: Episode];
type AppliedRow = [uid: string, desired: string, fields: number, projection: string, resourceVersion: string];
interface Stored extends Omit<Inventory, "items"> {
  /** Each distinct set of fields once; rows name it by position. */
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
}

export function encodeInventory({ items, ...head }: Inventory): string {
  const fields = new Map<string, number>();
  const position = (text: string): number => fields.get(text) ?? (fields.set(text, fields.size), fields.size - 1);
  const rows = items.map((item): Row => {
    const { id, version, applied, episode } = item;
    const { group, kind, namespace = "", name } = id;
    const row: Place = [group, version, kind, namespace, name];
    const flags = flagsOf(item);
    const appliedRow = applied ? rowOf(applied, position(applied.fields)) : null;
    if (episode) return [...row, appliedRow, flags, episode];
    if (flags !== 0) return [...row, appliedRow, flags];
    return appliedRow ? [...row, appliedRow] : row;
  });
  return JSON.stringify({ ...head, fields: [...fields.keys()], rows } satisfies Stored);
}

const rowOf = ({ uid, desired, projection, resourceVersion }: Applied, fields: number): AppliedRow => [
  uid,
  desired,
  fields,
  projection,
  resourceVersion,
];

/** Reads what `encodeInventory` wrote; the store has checked that it is whole. */
export function decodeInventory(text: string): Inventory {
  const { fields, rows, ...head } = parseJson(text) as unknown as Stored;
  return { ...head, user: head.user ?? "", items: rows.map((row) => itemOf(row, fields)) };
}

/** Numbers of their own in what is stored. */
const flag = { finished: 1, approved: 2 } as const;

const flagsOf = ({ finished, approved }: InventoryItem): number => (finished ? flag.finished : 0) + (approved ? flag.approved : 0);

function itemOf([group, version, kind, namespace, name, applied, flags = 0, episode]: Row, fields: readonly string[]): InventoryItem {
  return {
    id: { group, kind, namespace: namespace === "" ? undefined : namespace, name },
    version,
    ...(applied ? { applied: appliedOf(applied, fields) } : {}),
    ...(flags & flag.finished ? { finished: true } : {}),
    ...(flags & flag.approved ? { approved: true } : {}),
    ...(episode ? { episode } : {}),
  };
}

const appliedOf = ([uid, desired, at, projection, resourceVersion]: AppliedRow, fields: readonly string[]): Applied => ({
  uid,
  desired,
  fields: fields[at] ?? "{}",
  projection,
  resourceVersion,
});
