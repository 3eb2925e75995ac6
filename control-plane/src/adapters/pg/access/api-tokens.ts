import { type Instant, rfc3339 } from "@drover/kit";
import { type ApiToken, apiTokenFields, type Role } from "@drover/proto/rest";
import type { ApiTokenStore, StoredToken } from "../../../app/access/tokens.ts";
import { recordAudit } from "./audit-log.ts";
import type { Database, Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { type List, listPage } from "../list.ts";

interface TokenRow {
  readonly id: string;
  readonly hash: Buffer;
  readonly subject: string;
  readonly role: Role;
  readonly approves: readonly string[];
  readonly overrides: readonly string[];
  readonly created_by: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
  readonly revoked_at: Instant | null;
  readonly last_used_at: Instant | null;
}

const columns = `id, hash, subject, role, approves, overrides, created_by, created_at, expires_at, revoked_at,
                 last_used_at`;

const tokens: List<keyof typeof apiTokenFields> = {
  name: "token-list",
  fields: apiTokenFields,
  columns: {
    id: "id",
    subject: "subject",
    role: "role",
    approves: "approves",
    overrides: "overrides",
    createdBy: "created_by",
    createdAt: "created_at",
    expiresAt: "expires_at",
    revokedAt: "revoked_at",
    lastUsedAt: "last_used_at",
  },
  select: columns,
  from: "api_tokens",
  order: [{ field: "createdAt", descending: true }],
  unique: ["id"],
};

export const createApiTokenStore = (db: Database): ApiTokenStore => ({
  insert: (token, audit) =>
    db.transaction(async (tx) => {
      await recordAudit(tx, audit);
      await recordEvents(tx, [{ kind: "TokenCreated", subject: `tokens/${token.id}`, body: {} }]);
      return insertToken(tx, token);
    }),
  find: (id) => findToken(db, id),
  list: (request) => listPage(db, tokens, request, shown),
  async get(id) {
    const { rows } = await db.query<TokenRow>({ name: "token-get", text: `select ${columns} from api_tokens where id = $1`, values: [id] });
    return rows[0] && shown(rows[0]);
  },
  revoke: (id, audit) =>
    db.transaction(async (tx) => {
      const state = await revokeToken(tx, id);
      if (state === "revoked") {
        await recordAudit(tx, audit);
        await recordEvents(tx, [{ kind: "TokenRevoked", subject: `tokens/${id}`, body: {} }]);
      }
      return state !== "unknown";
    }),
  touch: (id) => touchToken(db, id),
  hasAdmin: () => hasAdmin(db),
});

async function insertToken(tx: Db, token: StoredToken & { readonly createdBy: string }): Promise<ApiToken> {
  const { rows } = await tx.query<TokenRow>({
    name: "token-insert",
    text: `insert into api_tokens (id, hash, subject, role, approves, overrides, created_by, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
    values: [token.id, token.hash, token.subject, token.role, token.approves, token.overrides, token.createdBy, rfc3339(token.expiresAt)],
  });
  return shown(rows[0] as TokenRow);
}

async function findToken(db: Db, id: string): Promise<StoredToken | undefined> {
  const { rows } = await db.query<TokenRow>({ name: "token-find", text: `select ${columns} from api_tokens where id = $1`, values: [id] });
  const [row] = rows;
  if (row === undefined) return undefined;
  const { hash, subject, role, approves, overrides, expires_at: expiresAt } = row;
  return { id, hash, subject, role, approves, overrides, expiresAt, revoked: row.revoked_at !== null };
}

async function revokeToken(tx: Db, id: string): Promise<"revoked" | "already" | "unknown"> {
  const { rows } = await tx.query<{ before: Instant | null }>({
    name: "token-revoke",
    text: `with known as (select id, revoked_at from api_tokens where id = $1 for update),
                revoked as (update api_tokens t set revoked_at = now() from known k where t.id = k.id and k.revoked_at is null)
           select revoked_at as before from known`,
    values: [id],
  });
  if (rows[0] === undefined) return "unknown";
  return rows[0].before === null ? "revoked" : "already";
}

async function touchToken(db: Db, id: string): Promise<void> {
  await db.query({
    name: "token-touch",
    text: `update api_tokens set last_used_at = now()
            where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    values: [id],
  });
}

async function hasAdmin(db: Db): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "token-has-admin",
    text: "select 1 from api_tokens where role = 'admin' and revoked_at is null and expires_at > now() limit 1",
  });
  return rowCount === 1;
}

const shown = (row: TokenRow): ApiToken => ({
  id: row.id,
  subject: row.subject,
  role: row.role,
  approves: [...row.approves],
  overrides: [...row.overrides],
  createdBy: row.created_by,
  createdAt: rfc3339(row.created_at),
  expiresAt: rfc3339(row.expires_at),
  ...(row.revoked_at === null ? {} : { revokedAt: rfc3339(row.revoked_at) }),
  ...(row.last_used_at === null ? {} : { lastUsedAt: rfc3339(row.last_used_at) }),
});
