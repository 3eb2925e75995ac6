import { timingSafeEqual } from "node:crypto";
import { type ClusterId, DroverError } from "@drover/kit";
import type { Identity } from "@drover/proto/wire";
import type { Redemption } from "../../../app/cluster/identities.ts";
import { unknownToken } from "../../../domain/identity/enrolment-token.ts";
import type { Db } from "../database.ts";

export type Redeemed =
  | { readonly kind: "redeemed"; readonly cluster: ClusterId }
  /** The same key had it a moment ago and its answer was lost. */
  | { readonly kind: "again"; readonly answer: Identity };

/** One row, one winner: of any number of agents with one token, the update succeeds for the first alone. */
export async function redeemToken(tx: Db, { tokenId, hash, publicKey }: Redemption): Promise<Redeemed> {
  const { rows } = await tx.query<{ cluster_id: ClusterId }>({
    name: "enrolment-token-redeem",
    text: `update enrolment_tokens set used_at = now(), used_by = $3
            where id = $1 and hash = $2 and used_at is null and expires_at > now()
           returning cluster_id`,
    values: [tokenId, hash, publicKey],
  });
  const redeemed = rows[0];
  return redeemed ? { kind: "redeemed", cluster: redeemed.cluster_id } : whyNot(tx, tokenId, hash, publicKey);
}

/** Tokens made before a revocation must not undo it: whoever holds one may be whom it was meant for. */
export const expireTokens = (tx: Db, cluster: ClusterId): Promise<unknown> =>
  tx.query({
    name: "enrolment-token-expire",
    text: "update enrolment_tokens set expires_at = now() where cluster_id = $1 and used_at is null and expires_at > now()",
    values: [cluster],
  });

interface TokenRow {
  readonly hash: Buffer;
  readonly used: boolean;
  readonly used_by: string | null;
  readonly just_used: boolean;
  readonly answer: Identity | null;
}

async function whyNot(tx: Db, tokenId: string, hash: Buffer, publicKey: string): Promise<Redeemed> {
  const { rows } = await tx.query<TokenRow>({
    name: "enrolment-token-why-not",
    text: `select hash, used_at is not null as used, used_by, coalesce(used_at > now() - interval '10 minutes', false) as just_used, answer
             from enrolment_tokens where id = $1`,
    values: [tokenId],
  });
  const token = rows[0];
  if (token === undefined || !timingSafeEqual(token.hash, hash)) throw unknownToken();
  if (token.used_by === publicKey && token.just_used && token.answer) return { kind: "again", answer: token.answer };
  if (token.used)
    throw new DroverError(
      "wrong-state",
      "ENROLMENT_TOKEN_USED",
      "enrol: this token was used already; create a new one with `drover cluster token`",
    );
  throw new DroverError(
    "wrong-state",
    "ENROLMENT_TOKEN_EXPIRED",
    "enrol: this token has expired; create a new one with `drover cluster token`",
  );
}
