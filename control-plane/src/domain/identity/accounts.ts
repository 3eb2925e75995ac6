import { fromAgent, inboxTemplate, subjectOfAll, subjectTemplate, toAgent, type Signer } from "@drover/proto/wire";
import { encodeNatsJwt } from "./nats-jwt.ts";

/**
 * Public nkeys of our accounts, and of the keys that sign for them. The accounts' own keys sign nothing: a signing key that
 * was stolen can be replaced without a new account.
 */
export interface AccountIds {
  readonly system: string;
  readonly systemSigningKey: string;
  readonly control: string;
  readonly controlSigningKey: string;
  readonly agents: string;
  /** Scoped: whatever it signs is an agent. */
  readonly agentSigningKey: string;
}

const unlimited = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1 };

/** 256 KB: what an agent may send in one message. */
export const maxAgentPayload = 256 * 1024;

/**
 * What an agent may do, filled in by the server with the name in the agent's JWT. Changing it cuts every connected agent at
 * once, which is why subjects that are not used yet are here.
 */
export const agentTemplate = {
  pub: { allow: fromAgent.map(subjectTemplate) },
  sub: { allow: [...toAgent.map(subjectTemplate), inboxTemplate] },
  subs: 16,
  data: -1,
  payload: maxAgentPayload,
  bearer_token: false,
  allowed_connection_types: ["STANDARD", "WEBSOCKET"],
};

export const operatorJwt = (operator: Signer, signingKey: string, ids: AccountIds, issuedAt: number): string =>
  encodeNatsJwt(
    {
      name: "drover",
      subject: operator.keyId,
      issuedAt,
      nats: { type: "operator", signing_keys: [signingKey], system_account: ids.system, strict_signing_key_usage: true },
    },
    operator,
  );

export const systemAccountJwt = (operatorSigning: Signer, ids: AccountIds, issuedAt: number): string =>
  encodeNatsJwt(
    { name: "SYS", subject: ids.system, issuedAt, nats: { type: "account", limits: unlimited, signing_keys: [ids.systemSigningKey] } },
    operatorSigning,
  );

export const controlAccountJwt = (operatorSigning: Signer, ids: AccountIds, issuedAt: number): string =>
  encodeNatsJwt(
    {
      name: "CONTROL",
      subject: ids.control,
      issuedAt,
      nats: {
        type: "account",
        limits: unlimited,
        signing_keys: [ids.controlSigningKey],
        exports: [
          ...toAgent.map((channel) => ({ name: channel, subject: subjectOfAll(channel), type: "stream" })),
          ...fromAgent.map((channel) => ({ name: channel, subject: subjectOfAll(channel), type: "service", response_type: "Singleton" })),
        ],
      },
    },
    operatorSigning,
  );

/** User nkeys that may not connect with a JWT issued at or before that second. */
export type Revocations = Readonly<Record<string, number>>;

/** Imports only and exports nothing: an answer to a chosen reply subject then comes back into this account and nowhere else. */
export const agentsAccountJwt = (
  operatorSigning: Signer,
  ids: AccountIds,
  { issuedAt, revocations }: { readonly issuedAt: number; readonly revocations: Revocations },
): string =>
  encodeNatsJwt(
    {
      name: "AGENTS",
      subject: ids.agents,
      issuedAt,
      nats: {
        type: "account",
        limits: { ...unlimited, exports: 0 },
        imports: [
          ...toAgent.map((channel) => ({ name: channel, subject: subjectOfAll(channel), account: ids.control, type: "stream" })),
          ...fromAgent.map((channel) => ({ name: channel, subject: subjectOfAll(channel), account: ids.control, type: "service" })),
        ],
        signing_keys: [{ kind: "user_scope", key: ids.agentSigningKey, role: "agent", template: agentTemplate, description: "" }],
        revocations,
      },
    },
    operatorSigning,
  );
