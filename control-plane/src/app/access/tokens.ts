import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { DroverError, type Instant, Secret, base32, later, parseDuration } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { ApiToken, NewApiToken, Role } from "@drover/proto/rest";
import type { Caller } from "./caller.ts";
import type { Page, PageRequest } from "../page.ts";
import type { AuditEntry } from "./audit.ts";

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
  list(page: PageRequest): Promise<Page<ApiToken>>;
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
  list(page: PageRequest): Promise<Page<ApiToken>>;
  revoke(caller: Caller, id: string): Promise<void>;
  /** Throws `unauthenticated` TOKEN_INVALID for all that is wrong with a token: which part it is, is nobody's business. */
  authenticate(token: string): Promise<Principal>;
  /** Whether this process has seen the token's id let in before; proves nothing about its secret. */
  recognises(token: string): boolean;
  /** Whether the token still counts, past the cache. For streams that stay open. */
  stillGood(tokenId: string): Promise<boolean>;
}

const defaultTtl = "90d";
const maxTtlMs = parseDuration("365d");
const tokenPattern = /^drover_([a-z2-7]{16})_([A-Za-z0-9_-]{43})$/;

/** A revoked token may pass for this long on a replica that has seen it just before. */
const cacheMs = 1_000;
const maxCached = 10_000;
const noteEveryMs = 60_000;

export function createApiTokens(deps: { readonly store: ApiTokenStore; readonly clock: Clock }): ApiTokens {
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
      const { id, secret, hash } = newSecret();
      const expiresAt = later(clock.now(), ttlMsOf(request.ttl ?? defaultTtl));
      const { subject, role, approves = [], overrides = [] } = request;
      const stored: StoredToken = { id, hash, subject, role, approves, overrides, expiresAt, revoked: false };
      const record = await store.insert(
        { ...stored, createdBy: caller.actor },
        auditOf(caller, "token.create", id, { subject, role, approves, overrides }),
      );
      return { token: secret, record };
    },
    list: (page) => store.list(page),
    async revoke(caller, id) {
      const known = await store.revoke(id, auditOf(caller, "token.revoke", id, {}));
      if (!known) throw new DroverError("not-found", "TOKEN_NOT_FOUND", `revoke token ${id}: there is none`);
      cache.delete(id);
    },
    async authenticate(text) {
      const [, id, secret] = tokenPattern.exec(text) ?? [];
      const token = id === undefined ? undefined : await cached(id);
      if (token === undefined || secret === undefined || !timingSafeEqual(hashOf(secret), token.hash) || !isGood(token, clock.now()))
        throw new DroverError(
          "unauthenticated",
          "TOKEN_INVALID",
          "the API token is unknown, expired or revoked: get a new one from an admin",
        );
      await noteUse(token.id);
      const { role, approves, overrides, expiresAt } = token;
      return { actor: `users/${token.subject}`, role, approves, overrides, tokenId: token.id, expiresAt };
    },
    recognises: (text) => letIn.has(tokenPattern.exec(text)?.[1] ?? ""),
    async stillGood(id) {
      const token = await store.find(id);
      return token !== undefined && isGood(token, clock.now());
    },
  };
}

const isGood = (token: StoredToken, now: Instant): boolean => !token.revoked && token.expiresAt > now;

const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

function newSecret(): { readonly id: string; readonly secret: Secret; readonly hash: Uint8Array } {
  const id = base32(randomBytes(10));
  const secret = randomBytes(32).toString("base64url");
  return { id, secret: new Secret(`drover_${id}_${secret}`), hash: hashOf(secret) };
}

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
