import { type Instant, rfc3339 } from "@drover/kit";
import type { DriftEpisode } from "@drover/proto/wire";
import type { ObjectId } from "../manifest.ts";
import { cut } from "../status/cut.ts";
import { maxFieldPaths } from "./field-paths.ts";
import type { Drift } from "./judge.ts";

/** One time that an object differs from git. Open until it is right again, by us or without us. */
export interface Episode extends Drift {
  readonly startedAt: Instant;
}

export const openEpisode = (drift: Drift, now: Instant): Episode => ({ ...drift, startedAt: now });

/** More was changed before it was put right: the last change names the actor. The same episode when there is nothing new. */
export function continueEpisode(episode: Episode, { kind, by, fields }: Drift): Episode {
  const all = [...new Set([...episode.fields, ...fields])].slice(0, maxFieldPaths);
  const isSame = kind === episode.kind && (by === undefined || by === episode.by) && all.length === episode.fields.length;
  return isSame ? episode : { startedAt: episode.startedAt, kind, by: by ?? episode.by, fields: all };
}

const changes = {
  deleted: "Deleted",
  recreated: "Recreated",
  edited: "Edited",
  disowned: "Disowned",
  additions: "Added",
} as const satisfies Record<Drift["kind"], DriftEpisode["change"]>;

export function reportEpisode(id: ObjectId, episode: Episode, action: DriftEpisode["action"], endedAt?: Instant): DriftEpisode {
  const { group, kind, namespace, name } = id;
  return {
    group,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    change: changes[episode.kind],
    startedAt: rfc3339(episode.startedAt),
    ...(endedAt === undefined ? {} : { endedAt: rfc3339(endedAt) }),
    fields: episode.fields.map((field) => cut(field, 256)),
    ...(episode.by === undefined ? {} : { actor: cut(episode.by, 128) }),
    action,
  };
}

/** The same in words. */
export function describeDrift({ kind, by = "somebody", fields }: Drift): string {
  const where = fields.length > 0 ? fields.join(", ") : "fields that git sets";
  switch (kind) {
    case "deleted":
      return "it was deleted";
    case "recreated":
      return `it was deleted and made again by ${by}`;
    case "edited":
      return `${by} changed ${where}`;
    case "disowned":
      return `${by} took over ${where}, with the same values`;
    case "additions":
      return `${by} added ${where}`;
  }
}
