import { DroverError, rfc3339 } from "@drover/kit";
import type { Nonce } from "../../../app/cluster/identities.ts";
import type { Db } from "../database.ts";

/** Uses a nonce up, in the transaction of what it was made for. Throws `unauthenticated` CHALLENGE_USED. */
export async function consumeNonce(tx: Db, { nonce, expiresAt }: Nonce): Promise<void> {
  const { rowCount } = await tx.query({
    name: "nonce-consume",
    text: "insert into nonces (nonce, expires_at) values ($1, $2) on conflict do nothing",
    values: [nonce, rfc3339(expiresAt)],
  });
  if (rowCount === 0)
    throw new DroverError("unauthenticated", "CHALLENGE_USED", "check challenge: the nonce was used before; ask for a new one");
}

/** Forgets those that would be refused for their age anyhow. */
export async function forgetExpiredNonces(db: Db): Promise<void> {
  await db.query({ name: "nonces-forget", text: "delete from nonces where expires_at < now()" });
}
