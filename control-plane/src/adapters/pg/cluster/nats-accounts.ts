import type { Database, Db } from "../database.ts";
import type { Revocations } from "../../../domain/identity/accounts.ts";
import type { AgentsAccount, AgentsAccounts } from "../../../app/cluster/guard-accounts.ts";

/** Wakes the guards of the account: its JWT must be pushed again. */
export const accountChannel = "drover_nats_accounts";

const agents = "AGENTS";
/** Any number, the same in every replica: whoever pushes the account holds it. */
const writerLock = 4_918_302_118;
/** JWTs live 30 days; an entry that is older than that and a day refuses nobody any more. */
const keptSeconds = 31 * 24 * 60 * 60;

/** Adds keys to the revocations, in the transaction that makes them invalid. */
export async function revokeKeys(tx: Db, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query({
    name: "nats-account-revoke",
    text: `with revoked as (
             insert into nats_accounts (name, revocations)
             select '${agents}', jsonb_object_agg(key, extract(epoch from clock_timestamp())::bigint) from unnest($1::text[]) as key
             on conflict (name) do update
               set revocations = nats_accounts.revocations || excluded.revocations, version = nats_accounts.version + 1,
                   issued_at = greatest(nats_accounts.issued_at + 1, extract(epoch from clock_timestamp())::bigint))
           select pg_notify('${accountChannel}', '')`,
    values: [keys],
  });
}

interface AccountRow {
  readonly version: number;
  readonly issued_at: number;
  readonly revocations: Revocations;
}

export const createAgentsAccounts = (database: Database): AgentsAccounts => ({
  async load() {
    return loadAccount(database);
  },

  // Two replicas that push at the same time could leave the older JWT behind: servers keep whichever comes last. So the push
  // happens while the lock is held, although it is not SQL; it has a short deadline of its own.
  exclusively: (work) =>
    database.transaction(async (tx) => {
      await tx.query({ text: "select pg_advisory_xact_lock($1)", values: [writerLock] });
      return work(await loadAccount(tx));
    }),

  async tidy() {
    await database.transaction(async (tx) => {
      const { rows } = await tx.query<{ previous_key: string }>({
        text: `with due as (select id, previous_key from clusters where previous_until < now() order by id for update)
               update clusters c set previous_key = null, previous_until = null from due where c.id = due.id
               returning due.previous_key`,
      });
      await revokeKeys(
        tx,
        rows.map((row) => row.previous_key),
      );
    });
    await database.query({
      text: `update nats_accounts a
                set version = version + 1, issued_at = greatest(issued_at + 1, extract(epoch from now())::bigint),
                    revocations = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(a.revocations)
                                    where value::bigint > extract(epoch from now()) - ${keptSeconds})
              where exists (select 1 from jsonb_each(a.revocations) where value::bigint <= extract(epoch from now()) - ${keptSeconds})`,
    });
  },
});

async function loadAccount(db: Db): Promise<AgentsAccount> {
  const { rows } = await db.query<AccountRow>({
    text: `insert into nats_accounts (name) values ('${agents}') on conflict (name) do update set name = excluded.name
           returning version, issued_at, revocations`,
  });
  const row = rows[0]!;
  return { version: row.version, issuedAt: row.issued_at, revocations: row.revocations };
}
