import { timingSafeEqual } from "node:crypto";
import { DroverError, type Instant, type Secret, later, parseDuration } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { ApiToken, NewApiToken, Role } from "@drover/proto/rest";
import type { Caller } from "./caller.ts";
import type { ListRequest, Page } from "../page.ts";
import type { AuditEntry } from "./audit.ts";
import { newTokenText, readTokenText } from "./token-text.ts";

/** A token as stored: its secret only as a hash. The secret has 256 random bits, so a fast hash is enough. */
export interface StoredToken {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly subject: string;
  readonly role: Role;
  readonly approves: readonly string[];
  readonly overrides: readonly string[];
  readonly expiresAt: Instant;
  readonly revoked: boolean;
}

export interface ApiTokenStore {
  insert(token: StoredToken & { readonly createdBy: string }, audit: AuditEntry): Promise<ApiToken>;
  find(id: string): Promise<StoredToken | undefined>;
  list(request: ListRequest): Promise<Page<ApiToken>>;
  get(id: string): Promise<ApiToken | undefined>;
  /** False when there is none. Revoking again changes nothing and writes no second line. */
  revoke(id: string, audit: AuditEntry): Promise<boolean>;
  /** Notes the use, at most once a minute and token. */
  touch(id: string): Promise<void>;
  /** Whether any admin token is good now. */
  hasAdmin(): Promise<boolean>;
}

/** Who a token stands for, without the request it came with. */
export interface Principal {
  readonly actor: string;
  readonly role: Role;
  readonly approves: readonly string[];
  readonly overrides: readonly string[];
  readonly tokenId: string;
  readonly expiresAt: Instant;
}

export interface ApiTokens {
  create(caller: Caller, request: NewApiToken): Promise<{ readonly token: Secret; readonly record: ApiToken }>;
  list(request: ListRequest): Promise<Page<ApiToken>>;
  /** Throws TOKEN_NOT_FOUND, as `revoke` does. */
  get(id: string): Promise<ApiToken>;
  revoke(caller: Caller, id: string): Promise<void>;
  /** Throws `unauthenticated` TOKEN_INVALID for all that is wrong with a token: which part it is, is nobody's business. */
  authenticate(token: string): Promise<Principal>;
  /** Whether this process has seen the token's id let in before; proves nothing about its secret. */
  recognises(token: string): boolean;
  /** Whether the token still counts. For streams that stay open: however many there are of one token, they look once for all. */
  stillGood(tokenId: string): Promise<boolean>;
}

/** What an installation may do beside its API. */
export interface TokenMaker extends ApiTokens {
  /** Like `create`, of a token that somebody has already. */
  adopt(caller: Caller, request: NewApiToken, token: Secret): Promise<ApiToken>;
}

const defaultTtl = "90d";
const maxTtlMs = parseDuration("365d");

/** A revoked token may pass for this long on a replica that has seen it just before. */
const cacheMs = 1_000;
const maxCached = 10_000;
const noteEveryMs = 60_000;

export function createApiTokens(deps: { readonly store: ApiTokenStore; readonly clock: Clock }): TokenMaker {
  const { store, clock } = deps;
  const cache = new Map<string, { readonly until: number; readonly token: Promise<StoredToken | undefined> }>();

  /** Ids that were let in, and when their use was last noted. */
  const letIn = new Map<string, number>();

  const noteUse = async (id: string): Promise<void> => {
    const now = clock.monotonicMs();
    const notedAt = letIn.get(id);
    if (notedAt !== undefined && notedAt > now - noteEveryMs) return;
    if (letIn.size >= maxCached) letIn.clear();
    letIn.set(id, now);
    await store.touch(id);
  };

  const cached = (id: string): Promise<StoredToken | undefined> => {
    const now = clock.monotonicMs();
    const hit = cache.get(id);
    if (hit !== undefined && hit.until > now) return hit.token;
    if (cache.size >= maxCached) cache.clear();
    const token = store.find(id);
    cache.set(id, { until: now + cacheMs, token });
    token.catch(() => cache.delete(id));
    return token;
  };

  return {
    async create(caller, request) {
      const token = newTokenText();
      return { token, record: await this.adopt(caller, request, token) };
    },
    async adopt(caller, request, token) {
      const parts = readTokenText(token.reveal());
      if (parts === undefined) throw new DroverError("invalid", "TOKEN_FORM_INVALID", "adopt token: it must be drover_<id>_<secret>");
      const { id, hash } = parts;
      const expiresAt = later(clock.now(), ttlMsOf(request.ttl ?? defaultTtl));
      const { subject, role, approves = [], overrides = [] } = request;
      const stored: StoredToken = { id, hash, subject, role, approves, overrides, expiresAt, revoked: false };
      return store.insert(
        { ...stored, createdBy: caller.actor },
        auditOf(caller, "token.create", id, { subject, role, approves, overrides }),
      );
    },
    list: (request) => store.list(request),
    async get(id) {
      const found = await store.get(id);
      if (found === undefined) throw notFound("get", id);
      return found;
    },
    async revoke(caller, id) {
      const known = await store.revoke(id, auditOf(caller, "token.revoke", id, {}));
      if (!known) throw notFound("revoke", id);
      cache.delete(id);
    },
    async authenticate(text) {
      const parts = readTokenText(text);
      const token = parts && (await cached(parts.id));
      if (parts === undefined || token === undefined || !timingSafeEqual(parts.hash, token.hash) || !isGood(token, clock.now()))
        throw new DroverError(
          "unauthenticated",
          "TOKEN_INVALID",
          "the API token is unknown, expired or revoked: get a new one from an admin",
        );
      await noteUse(token.id);
      const { role, approves, overrides, expiresAt } = token;
      return { actor: `users/${token.subject}`, role, approves, overrides, tokenId: token.id, expiresAt };
    },
    recognises: (text) => letIn.has(readTokenText(text)?.id ?? ""),
    async stillGood(id) {
      const token = await cached(id);
      return token !== undefined && isGood(token, clock.now());
    },
  };
}

const notFound = (verb: string, id: string): DroverError =>
  new DroverError("not-found", "TOKEN_NOT_FOUND", `${verb} token ${id}: there is none`);

const isGood = (token: StoredToken, now: Instant): boolean => !token.revoked && token.expiresAt > now;

function ttlMsOf(ttl: string): number {
  const ms = parseDuration(ttl);
  if (ms <= 0 || ms > maxTtlMs)
    throw new DroverError("invalid", "TOKEN_TTL_INVALID", `create token: a lifetime of ${ttl} is not between 1s and 365d`);
  return ms;
}

const auditOf = (caller: Caller, action: string, id: string, details: Readonly<Record<string, unknown>>): AuditEntry => ({
  actor: caller.actor,
  action,
  object: `tokens/${id}`,
  result: "allowed",
  requestId: caller.requestId,
  details,
});
