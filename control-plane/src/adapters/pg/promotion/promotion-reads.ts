import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type Promotion, promotionFields, type PromotionState } from "@drover/proto/rest";
import type { IntentError, IntentState } from "../../../app/fleet/intent-store.ts";
import type { PromotionReads } from "../../../app/read-models.ts";
import type { Db } from "../database.ts";
import { type List, listPage, spelled } from "../list.ts";

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
  readonly settled_at: Instant | null;
}

/** A pin or an exception among the edits of one commit. */
type PlaceEdit = { readonly kind: string } & Required<
  Pick<NonNullable<Promotion["places"]>[number], "application" | "environment" | "revision">
> &
  Pick<NonNullable<Promotion["places"]>[number], "cluster">;

const shownStates = { pending: "Pending", writing: "Pending", current: "Committed", void: "Failed" } as const satisfies Record<
  IntentState["state"],
  PromotionState
>;

/** A promotion is an intent that moves a pin. */
const isPromotion = "i.kind in ('Promotion', 'Rollback')";

/** Its rollouts are those that its commit caused at its place. */
const selected = `
  i.id, i.kind, i.edit ->> 'application' as application, i.edit ->> 'environment' as environment, i.edit ->> 'cluster' as cluster,
  i.edit ->> 'revision' as revision, i.state, i.reason, i.actor, i.commit, i.error, i.created_at, i.settled_at, i.edit -> 'edits' as edits,
  array(select r.id from rollouts r
         where r.change_id = i.commit
           and (i.edit ->> 'kind' = 'together' or r.application = i.edit ->> 'application' and r.environment = i.edit ->> 'environment')
         order by r.created_at, r.id) as rollouts`;

const promotions: List<keyof typeof promotionFields> = {
  name: "promotions-list",
  fields: promotionFields,
  columns: {
    id: "i.id",
    kind: "i.kind",
    application: "(i.edit ->> 'application')",
    environment: "(i.edit ->> 'environment')",
    cluster: "(i.edit ->> 'cluster')",
    revision: "(i.edit ->> 'revision')",
    state: spelled("i.state", shownStates),
    reason: "i.reason",
    actor: "i.actor",
    commit: "i.commit",
    createdAt: "i.created_at",
    settledAt: "i.settled_at",
  },
  select: selected,
  from: "intents i",
  where: isPromotion,
  order: [{ field: "createdAt", descending: true }],
  unique: ["id"],
};

export const createPromotionReads = (db: Db): PromotionReads => ({
  list: (request) => listPage(db, promotions, request, shown),
  get: (id) => getPromotion(db, id),
});

async function getPromotion(db: Db, id: string): Promise<Promotion> {
  const { rows } = await db.query<PromotionRow>({
    name: "promotions-get",
    text: `select ${selected} from intents i where ${isPromotion} and i.id = $1`,
    values: [id],
  });
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
