import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import type { Promotion, PromotionState } from "@drover/proto/rest";
import type { IntentError, IntentState } from "../../../app/fleet/intent-store.ts";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { PromotionFilter, PromotionReads } from "../../../app/read-models.ts";
import type { Db } from "../database.ts";

interface PromotionRow {
  readonly id: string;
  readonly kind: "Promotion" | "Rollback";
  readonly application: string;
  readonly environment: string;
  readonly cluster: string | null;
  readonly revision: string;
  readonly edits: readonly PlaceEdit[] | null;
  readonly state: IntentState["state"];
  readonly reason: string;
  readonly actor: string;
  readonly commit: string | null;
  readonly error: IntentError | null;
  readonly rollouts: readonly string[];
  readonly created_at: Instant;
  readonly created_key: string;
  readonly settled_at: Instant | null;
}

/** A pin or an exception among the edits of one commit. */
type PlaceEdit = { readonly kind: string } & Required<
  Pick<NonNullable<Promotion["places"]>[number], "application" | "environment" | "revision">
> &
  Pick<NonNullable<Promotion["places"]>[number], "cluster">;

/** A promotion is an intent that moves a pin. Its rollouts are those that its commit caused at its place. */
const promotions = `
  select i.id, i.kind, i.edit ->> 'application' as application, i.edit ->> 'environment' as environment, i.edit ->> 'cluster' as cluster,
         i.edit ->> 'revision' as revision, i.state, i.reason, i.actor, i.commit, i.error, i.created_at, i.created_at::text as created_key,
         i.settled_at, i.edit -> 'edits' as edits,
         array(select r.id from rollouts r
                where r.change_id = i.commit
                  and (i.edit ->> 'kind' = 'together' or r.application = i.edit ->> 'application' and r.environment = i.edit ->> 'environment')
                order by r.created_at, r.id) as rollouts
    from intents i where i.kind in ('Promotion', 'Rollback')`;

export const createPromotionReads = (db: Db): PromotionReads => ({
  list: (filter, page) => listPromotions(db, filter, page),
  get: (id) => getPromotion(db, id),
});

const storedStates = { Pending: ["pending", "writing"], Committed: ["current"], Failed: ["void"] } as const satisfies Record<
  PromotionState,
  readonly IntentState["state"][]
>;
const shownStates = { pending: "Pending", writing: "Pending", current: "Committed", void: "Failed" } as const satisfies Record<
  IntentState["state"],
  PromotionState
>;

async function listPromotions(
  db: Db,
  { application, environment, state, kind, only }: PromotionFilter,
  { size, after }: PageRequest,
): Promise<Page<Promotion>> {
  const { rows } = await db.query<PromotionRow>({
    name: "promotions-list",
    text: `${promotions}
              and ($1::text is null or i.edit ->> 'application' = $1) and ($2::text is null or i.edit ->> 'environment' = $2)
              and ($3::text[] is null or i.state = any ($3)) and ($4::text is null or i.kind = $4)
              and ($8::text[] is null or i.id = any ($8))
              and ($5::timestamptz is null or (i.created_at, i.id) < ($5, $6))
            order by i.created_at desc, i.id desc limit $7`,
    values: [
      application ?? null,
      environment ?? null,
      state === undefined ? null : storedStates[state],
      kind ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      size + 1,
      only ?? null,
    ],
  });
  return pageOf(rows, size, shown, (row) => [row.created_key, row.id]);
}

async function getPromotion(db: Db, id: string): Promise<Promotion> {
  const { rows } = await db.query<PromotionRow>({ name: "promotions-get", text: `${promotions} and i.id = $1`, values: [id] });
  if (rows[0] === undefined) throw new DroverError("not-found", "PROMOTION_NOT_FOUND", `promotion ${id}: there is none with this id`);
  return shown(rows[0]);
}

const shown = (row: PromotionRow): Promotion => ({
  id: row.id,
  kind: row.kind,
  application: row.application,
  environment: row.environment,
  ...(row.cluster === null ? {} : { cluster: row.cluster }),
  revision: row.revision,
  ...placesOf(row),
  state: shownStates[row.state],
  reason: row.reason,
  actor: row.actor,
  ...(row.commit === null ? {} : { commit: row.commit }),
  ...(row.error === null ? {} : { error: shownError(row.error) }),
  rollouts: [...row.rollouts],
  createdAt: rfc3339(row.created_at),
  ...(row.settled_at === null ? {} : { settledAt: rfc3339(row.settled_at) }),
});

function placesOf({ edits }: PromotionRow): Pick<Promotion, "places"> {
  const moves = (edits ?? []).filter(({ kind }) => kind === "set-pin" || kind === "set-exception");
  if (moves.length < 2) return {};
  return {
    places: moves.map(({ application, environment, cluster, revision }) => ({
      application,
      environment,
      ...(cluster === undefined ? {} : { cluster }),
      revision,
    })),
  };
}

const shownError = ({ code, message, details }: IntentError) => ({
  code,
  message,
  ...(details === undefined ? {} : { details: { ...details } }),
});
