import { maxSearchHits, type SearchHit } from "@drover/proto/rest";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";

interface HitRow {
  readonly kind: SearchHit["kind"];
  readonly name: string;
  readonly title: string;
  readonly detail: string | null;
}

/** So that thousands of clusters of one prefix leave room for the application that is called so. */
const maxOfKind = 8;

/** SQL: how well a name fits of which the words are a part, 0 best. Names of fleet files have no capitals. */
const fit = (name: string): string => `case strpos(${name}, $1) when 1 then case when ${name} = $1 then 0 else 1 end else 2 end`;

const ofKind = (kind: SearchHit["kind"], place: number, rows: string): string =>
  `(select '${kind}' as kind, ${place} as place, n.* from (${rows}) n order by n.fit, n.name limit ${maxOfKind})`;

const clusters = `select ${fit("c.name")} as fit, c.name, c.name as title, null as detail from clusters c where strpos(c.name, $1) > 0`;

/** $2 are the parts of the words. In a query of its own it tells the planner nothing, so that one plan is made for all words. */
const clustersByParts = `${clusters} and name_parts(c.name) @> (select $2::text[])`;

const fleetObjects = (kind: "Application" | "Environment"): string =>
  `select ${fit("o.name")} as fit, o.name, o.name as title, nullif(o.form ->> 'project', '') as detail
     from fleet_objects o where o.kind = '${kind}' and o.form is not null and strpos(o.name, $1) > 0`;

/** A name like web-42, the newest of an application called so, or at least four digits of a commit. */
const releases = `
  select 0 as fit, r.application || '-' || r.number as name, r.application || '-' || r.number as title,
         left(r.revision, 12) || ' ' || left(split_part(r.message, E'\\n', 1), 80) as detail
    from ((select * from releases where application = (select substring($1 from '^(.+)-[0-9]{1,9}$')) and number = (select substring($1 from '-([0-9]{1,9})$')::int))
          union (select * from releases where $1 ~ '^[0-9a-f]{4,64}$' and revision like $1 || '%' order by created_at desc limit ${maxOfKind})
          union (select * from releases where application = $1 order by number desc limit 3)) r`;

/** The newest of an application called so, or at least four characters of an id. */
const rollouts = `
  select 0 as fit, r.id as name, r.application || '-' || rel.number || ' to ' || r.environment as title, r.phase as detail
    from ((select * from rollouts where $1 ~ '^[0-9a-z-]{4,64}$' and id like $1 || '%' limit ${maxOfKind})
          union (select * from rollouts where application = $1 order by created_at desc limit 3)) r
    join releases rel on rel.id = r.release_id`;

const hitsAmong = (clusters: string): string => `
  select kind, name, title, coalesce(detail, (select ${clusterState("c", "r")} from clusters c left join cluster_reports r on r.cluster_id = c.id
                                               where kind = 'Cluster' and c.name = hits.name)) as detail
    from (${[
      ofKind("Cluster", 0, clusters),
      ofKind("Application", 1, fleetObjects("Application")),
      ofKind("Environment", 2, fleetObjects("Environment")),
      ofKind("Release", 3, releases),
      ofKind("Rollout", 4, rollouts),
    ].join(" union all ")}) hits
   order by fit, place, name limit ${maxSearchHits}`;

const byParts = { name: "fleet-search", text: hitsAmong(clustersByParts) };
/** Of which no part can be looked up: all names are looked through. */
const byShortWords = { name: "fleet-search-short", text: hitsAmong(clusters) };

/** Looks through the names of applications and environments, which are hundreds at most, and into indexes for all else. */
export async function searchFleet(db: Db, words: string): Promise<readonly SearchHit[]> {
  const wanted = words.toLowerCase();
  const parts = partsOf(wanted);
  const statement = parts.length > 0 ? { ...byParts, values: [wanted, parts] } : { ...byShortWords, values: [wanted] };
  const { rows } = await db.query<HitRow & Record<string, unknown>>(statement);
  return rows.map(({ detail, ...hit }) => ({ ...hit, ...(detail === null ? {} : { detail }) }));
}

/** As PostgreSQL's `name_parts` cuts names. */
function partsOf(words: string): readonly string[] {
  const characters = [...words];
  return characters.slice(2).map((_, index) => characters.slice(index, index + 3).join(""));
}
