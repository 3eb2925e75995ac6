import { type ClusterId, DroverError, type Instant, rfc3339 } from "@drover/kit";
import type { Identity } from "@drover/proto/wire";
import type { ClusterIdentity, Identities, Mint, Redemption, Renewal } from "../../../app/cluster/identities.ts";
import { recordAudit } from "../access/audit-log.ts";
import { askPlacesOf, askRemovals } from "./cluster-places.ts";
import type { Database, Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { expireTokens, redeemToken } from "./enrolment-tokens.ts";
import { markEnvelopesChanged } from "../report/envelopes.ts";
import { revokeKeys } from "./nats-accounts.ts";
import { consumeNonce } from "./nonces.ts";

/** How long the key before the newest still counts: reports it signed may be under way. */
const overlap = "interval '10 minutes'";

export const createIdentities = (database: Database): Identities => ({
  now: () => databaseNow(database),

  addToken: ({ id, hash, cluster, ttlMs }, caller) =>
    database.transaction(async (tx) => {
      const { rows } = await tx.query<{ expires_at: Instant }>({
        name: "enrolment-token-add",
        text: `insert into enrolment_tokens (id, hash, cluster_id, created_by, expires_at)
               select $1, $2, c.id, $4, now() + $5 * interval '1 millisecond' from clusters c where c.id = $3
               returning expires_at`,
        values: [id, hash, cluster, caller.actor, ttlMs],
      });
      const expiresAt = rows[0]?.expires_at;
      if (expiresAt === undefined) throw noCluster(cluster);
      await recordAudit(tx, {
        actor: caller.actor,
        action: "cluster.token",
        object: `clusters/${cluster}`,
        result: "allowed",
        requestId: caller.requestId,
        details: { tokenId: id, expiresAt: rfc3339(expiresAt) },
      });
      return { expiresAt };
    }),

  redeem: (redemption, mint) => database.transaction((tx) => redeem(tx, redemption, mint)),
  renew: (renewal, judge, mint) => database.transaction((tx) => renew(tx, renewal, judge, mint)),

  revoke: (cluster, reason, caller) =>
    database.transaction(async (tx) => {
      const row = await lockCluster(tx, cluster);
      const keys = row.state === "Revoked" ? [] : keysOf(row);
      await tx.query({
        name: "cluster-revoke",
        text: `update clusters set state = 'Revoked', revoked_at = coalesce(revoked_at, now()), version = version + 1 where id = $1`,
        values: [cluster],
      });
      await revokeKeys(tx, keys);
      await expireTokens(tx, cluster);
      await askPlacesOf(tx, cluster);
      await askRemovals(tx);
      await recordEvents(tx, [{ kind: "ClusterRevoked", subject: `clusters/${cluster}`, body: { name: row.name, reason } }]);
      await recordAudit(tx, {
        actor: caller.actor,
        action: "cluster.revoke",
        object: `clusters/${cluster}`,
        result: "allowed",
        requestId: caller.requestId,
        details: { reason },
      });
      return keys;
    }),
});

async function redeem(tx: Db, redemption: Redemption, mint: Mint): Promise<Identity> {
  const { tokenId, nonce, publicKey, clusterUid, requestId } = redemption;
  const token = await redeemToken(tx, redemption);
  if (token.kind === "again") return token.answer;
  await consumeNonce(tx, nonce);
  const before = await lockCluster(tx, token.cluster);
  if (before.state === "Enrolled" && before.clusterUid !== clusterUid)
    throw new DroverError(
      "wrong-state",
      "ENROLMENT_CLUSTER_UID",
      `enrol: ${before.name} is another Kubernetes cluster; if it was rebuilt, revoke it first, then create a new token`,
    );
  await refuseTakenKey(tx, publicKey, token.cluster);
  const enrolled = { ...before, enrolment: before.enrolment + 1, renewals: 0 };
  const { identity, expiresAt } = mint({ ...enrolled, publicKey, now: await databaseNow(tx) });
  await tx.query({
    name: "cluster-enrol",
    text: `update clusters
              set state = 'Enrolled', enrolment = $2, renewals = 0, public_key = $3, previous_key = null, previous_until = null,
                  cluster_uid = $4, jwt_expires_at = $5, revoked_at = null, version = version + 1,
                  holds_known = holds_known and clusters.enrolment > 0
            where id = $1`,
    values: [token.cluster, enrolled.enrolment, publicKey, clusterUid, rfc3339(expiresAt)],
  });
  await tx.query({
    name: "enrolment-token-answer",
    text: "update enrolment_tokens set answer = $2 where id = $1",
    values: [tokenId, identity],
  });
  await revokeKeys(
    tx,
    keysOf(before).filter((key) => key !== publicKey),
  );
  await askPlacesOf(tx, token.cluster);
  await markEnvelopesChanged(tx, [token.cluster]); // the envelope names the cluster's uid
  await recordEvents(tx, [
    { kind: "ClusterEnrolled", subject: `clusters/${token.cluster}`, body: { name: before.name, enrolment: enrolled.enrolment } },
  ]);
  await recordAudit(tx, {
    actor: `clusters/${token.cluster}`,
    action: "cluster.enrol",
    object: `clusters/${token.cluster}`,
    result: "allowed",
    requestId,
    details: { tokenId, enrolment: enrolled.enrolment, publicKey },
  });
  return identity;
}

async function renew(
  tx: Db,
  { cluster, nonce, newPublicKey, requestId }: Renewal,
  judge: (row: ClusterIdentity, now: Instant) => "renew" | "again",
  mint: Mint,
): Promise<Identity> {
  const row = await lockCluster(tx, cluster);
  const now = await databaseNow(tx);
  if (judge(row, now) === "again") return mint({ ...row, publicKey: newPublicKey, now }).identity;
  await consumeNonce(tx, nonce);
  await refuseTakenKey(tx, newPublicKey);
  const { identity, expiresAt } = mint({ ...row, renewals: row.renewals + 1, publicKey: newPublicKey, now });
  await tx.query({
    name: "cluster-renew",
    text: `update clusters
              set renewals = renewals + 1, previous_key = public_key, previous_until = now() + ${overlap},
                  public_key = $2, jwt_expires_at = $3, version = version + 1
            where id = $1`,
    values: [cluster, newPublicKey, rfc3339(expiresAt)],
  });
  if (row.previousKey !== undefined) await revokeKeys(tx, [row.previousKey]);
  await recordAudit(tx, {
    actor: `clusters/${cluster}`,
    action: "cluster.renew",
    object: `clusters/${cluster}`,
    result: "allowed",
    requestId,
    details: { renewals: row.renewals + 1, publicKey: newPublicKey },
  });
  return identity;
}

/** A key belongs to one cluster, and to none again once revoked: its JWT could be of the very second of the revocation. */
async function refuseTakenKey(tx: Db, publicKey: string, except?: ClusterId): Promise<void> {
  const { rowCount } = await tx.query({
    name: "cluster-key-taken",
    text: `select 1 from clusters where (public_key = $1 or previous_key = $1) and id is distinct from $2
           union all select 1 from nats_accounts where revocations ? $1`,
    values: [publicKey, except ?? null],
  });
  if (rowCount !== 0)
    throw new DroverError(
      "exists",
      "ENROLMENT_KEY_TAKEN",
      "enrol: this key was used before; make a new one (delete the agent's identity Secret)",
    );
}

interface ClusterRow {
  readonly id: ClusterId;
  readonly name: string;
  readonly state: ClusterIdentity["state"];
  readonly enrolment: number;
  readonly renewals: number;
  readonly public_key: string | null;
  readonly previous_key: string | null;
  readonly cluster_uid: string | null;
  readonly jwt_expires_at: Instant | null;
}

async function lockCluster(tx: Db, cluster: ClusterId): Promise<ClusterIdentity> {
  const { rows } = await tx.query<ClusterRow>({
    name: "cluster-identity-lock",
    text: `select id, name, state, enrolment, renewals, public_key, previous_key, cluster_uid, jwt_expires_at
             from clusters where id = $1 for update`,
    values: [cluster],
  });
  const row = rows[0];
  if (row === undefined) throw noCluster(cluster);
  return {
    cluster: row.id,
    name: row.name,
    state: row.state,
    enrolment: row.enrolment,
    renewals: row.renewals,
    publicKey: row.public_key ?? undefined,
    previousKey: row.previous_key ?? undefined,
    clusterUid: row.cluster_uid ?? undefined,
    jwtExpiresAt: row.jwt_expires_at ?? undefined,
  };
}

const keysOf = ({ publicKey, previousKey }: ClusterIdentity): readonly string[] =>
  [publicKey, previousKey].filter((key) => key !== undefined);

const noCluster = (cluster: ClusterId): DroverError => new DroverError("not-found", "CLUSTER_NOT_FOUND", `there is no cluster ${cluster}`);

async function databaseNow(db: Db): Promise<Instant> {
  const { rows } = await db.query<{ now: Instant }>({ name: "database-now", text: "select clock_timestamp() as now" });
  return rows[0]!.now;
}
