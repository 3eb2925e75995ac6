import { randomBytes } from "node:crypto";
import { type Instant, Secret } from "@drover/kit";
import { createNkey, createSeed, createSigner, type NkeyRole, nkeyFromSeed, type Signer } from "@drover/proto/wire";
import { type AccountIds, agentsAccountJwt, controlAccountJwt, operatorJwt, systemAccountJwt } from "../domain/identity/accounts.ts";
import { type ControlUser, controlUserJwt, controlUsers } from "../domain/identity/users.ts";
import type { EnvelopeKeys } from "../domain/identity/envelope-keys.ts";

/** Where an installation's secrets are kept. Losing them is losing the installation's identity. */
export interface KeyStore {
  /**
   * The secret of this name; what `make` answers becomes it when there is none yet. Of two callers at once both get the same.
   */
  keep(name: string, make: () => Secret | Promise<Secret>): Promise<Secret>;
}

/** PEM files of a server; both may be the same file. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  /** PEM: what agents and clients pin. */
  readonly ca: string;
  readonly caFile: string;
  readonly nats: CertificateFiles;
  readonly rest: CertificateFiles;
  readonly grpc: CertificateFiles;
}

/** Makes what is missing, and anew what lacks one of `names` or expires soon. */
export type CertificateIssuer = (names: readonly string[]) => Promise<Certificates>;

/** All that a nats-server needs to know of us. Nothing in it is secret. */
export interface NatsTrust {
  readonly operatorJwt: string;
  readonly systemAccount: string;
  /** Account JWTs that a server with an empty resolver directory starts from. */
  readonly preload: Readonly<Record<string, string>>;
}

export interface Installation {
  readonly accounts: AccountIds;
  /** Signs account JWTs; only the guard of the accounts uses it. */
  readonly operatorSigning: Signer;
  /** Signs agents' JWTs, and can sign nothing else. */
  readonly agentSigning: Signer;
  readonly users: Readonly<Record<ControlUser, { readonly jwt: string; readonly key: Signer }>>;
  readonly envelopeKeys: EnvelopeKeys;
  /** Authenticates challenges, so that they need not be stored. */
  readonly challengeKey: Secret;
  readonly certificates: Certificates;
  readonly natsConfigFile: string;
}

interface BootstrapDeps {
  readonly keys: KeyStore;
  readonly issueCertificates: CertificateIssuer;
  readonly writeNatsConfig: (trust: NatsTrust, certificate: CertificateFiles) => Promise<string>;
  readonly now: () => Instant;
}

/**
 * Finds or makes everything an installation is known by: operator, accounts, users, envelope keys, certificates and the
 * server's configuration. Running it again changes nothing but certificates that are due.
 */
export const createBootstrap =
  ({ keys, issueCertificates, writeNatsConfig, now }: BootstrapDeps) =>
  async (tlsNames: readonly string[]): Promise<Installation> => {
    const nkey = (role: NkeyRole, name: string): Promise<Signer> => keepNkey(keys, role, name);
    const operator = await nkey("operator", "operator");
    const operatorSigning = await nkey("operator", "operator-signing");
    const system = await nkey("account", "system-account");
    const systemSigning = await nkey("account", "system-signing");
    const control = await nkey("account", "control-account");
    const controlSigning = await nkey("account", "control-signing");
    const agents = await nkey("account", "agents-account");
    const agentSigning = await nkey("account", "agent-signing");
    const accounts: AccountIds = {
      system: system.keyId,
      systemSigningKey: systemSigning.keyId,
      control: control.keyId,
      controlSigningKey: controlSigning.keyId,
      agents: agents.keyId,
      agentSigningKey: agentSigning.keyId,
    };
    // A server keeps the newer of two account JWTs. Were the preloaded one newer at every start, it would undo revocations.
    const issuedAt = Number((await keys.keep("issued-at", () => new Secret(String(Math.floor(now() / 1000))))).reveal());

    const users = {} as Record<ControlUser, { jwt: string; key: Signer }>;
    for (const user of controlUsers) {
      const key = await nkey("user", user);
      users[user] = { key, jwt: controlUserJwt(user, key.keyId, accounts, user === "system" ? systemSigning : controlSigning, issuedAt) };
    }
    const certificates = await issueCertificates(tlsNames);
    const trust: NatsTrust = {
      operatorJwt: operatorJwt(operator, operatorSigning.keyId, accounts, issuedAt),
      systemAccount: accounts.system,
      preload: {
        [accounts.system]: systemAccountJwt(operatorSigning, accounts, issuedAt),
        [accounts.control]: controlAccountJwt(operatorSigning, accounts, issuedAt),
        [accounts.agents]: agentsAccountJwt(operatorSigning, accounts, { issuedAt, revocations: {} }),
      },
    };
    return {
      accounts,
      operatorSigning,
      agentSigning,
      users,
      envelopeKeys: await keepEnvelopeKeys(keys),
      challengeKey: await keys.keep("challenge", () => new Secret(randomBytes(32).toString("base64"))),
      certificates,
      natsConfigFile: await writeNatsConfig(trust, certificates.nats),
    };
  };

/** Only what signs leaves this function; the seed stays in its closure, where no log can meet it. */
async function keepNkey(keys: KeyStore, role: NkeyRole, name: string): Promise<Signer> {
  const seed = await keys.keep(name, () => new Secret(createNkey(role).seedText));
  const { keyId, publicKey, sign } = nkeyFromSeed(role, seed.reveal());
  return { keyId, publicKey, sign };
}

/** Version 1 has one key. Later versions add one, sign with it, then drop the old one. */
async function keepEnvelopeKeys(keys: KeyStore): Promise<EnvelopeKeys> {
  const seed = await keys.keep("envelope-1", () => new Secret(Buffer.from(createSeed()).toString("base64")));
  const signer = createSigner("envelope-1", Buffer.from(seed.reveal(), "base64"));
  return { version: 1, signer, trusted: new Map([[signer.keyId, signer.publicKey]]) };
}
