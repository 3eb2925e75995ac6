import { type Instant, type ClusterId, later, parseClusterId } from "@drover/kit";
import { fromAgent, publicKeyOfNkey, subjectOfAll, toAgent, type Signer } from "@drover/proto/wire";
import type { AccountIds } from "./accounts.ts";
import { encodeNatsJwt } from "./nats-jwt.ts";

/** The control plane's own users. None does two jobs, so that no one of them can be talked into another's. */
export const controlUsers = ["responder", "publisher", "system"] as const;
export type ControlUser = (typeof controlUsers)[number];

export const systemInboxPrefix = "_INBOX_drover_system";

/** How long an answer may take before the server forgets that the responder may send it, in nanoseconds. */
const responseTtlNs = 60_000_000_000;

const permissions = (ids: AccountIds): Readonly<Record<ControlUser, object>> => ({
  responder: {
    sub: { allow: fromAgent.map(subjectOfAll) },
    resp: { max: 1, ttl: responseTtlNs }, // and no other subject: what it answers with goes where the server says
  },
  publisher: { pub: { allow: toAgent.map(subjectOfAll) }, sub: { deny: [">"] } },
  system: {
    pub: {
      allow: [
        "$SYS.REQ.CLAIMS.UPDATE",
        `$SYS.REQ.ACCOUNT.${ids.agents}.CLAIMS.LOOKUP`,
        "$SYS.REQ.SERVER.PING.STATSZ",
        "$SYS.REQ.SERVER.PING.CONNZ",
        "$SYS.REQ.SERVER.*.KICK",
      ],
    },
    sub: { allow: ["$SYS.SERVER.*.STATSZ", `$SYS.ACCOUNT.${ids.agents}.CONNECT`, `${systemInboxPrefix}.>`] },
  },
});

/** Signed by the signing key of the user's account: CONTROL's for responder and publisher, SYS' for system. */
export function controlUserJwt(user: ControlUser, publicKey: string, ids: AccountIds, signing: Signer, issuedAt: number): string {
  const account = user === "system" ? ids.system : ids.control;
  const limits = { subs: -1, data: -1, payload: -1 };
  const nats = { type: "user", issuer_account: account, ...limits, ...permissions(ids)[user] };
  return encodeNatsJwt({ name: user, subject: publicKey, issuedAt, nats }, signing);
}

/** Agents renew from a third of it. */
const agentJwtLifetimeMs = 30 * 24 * 60 * 60 * 1000;

/**
 * An agent's way into NATS. It carries no permissions: the server takes them from the scoped key that signs it, and puts the
 * name into its subjects. A name with a wildcard would therefore be every cluster: nothing but a cluster id passes here,
 * wherever it comes from. Throws `invalid` CLUSTER_ID_INVALID or NKEY_INVALID.
 */
export function mintAgentJwt(
  agent: { readonly cluster: ClusterId; readonly publicKey: string },
  ids: AccountIds,
  agentSigning: Signer,
  now: Instant,
): { readonly jwt: string; readonly expiresAt: Instant } {
  const name = parseClusterId(agent.cluster);
  publicKeyOfNkey("user", agent.publicKey);
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = later((issuedAt * 1000) as Instant, agentJwtLifetimeMs);
  const jwt = encodeNatsJwt(
    { name, subject: agent.publicKey, issuedAt, expiresAt: expiresAt / 1000, nats: { type: "user", issuer_account: ids.agents } },
    agentSigning,
  );
  return { jwt, expiresAt };
}
