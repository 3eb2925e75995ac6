import { Type, type Static } from "typebox";
import { namePattern } from "../wire/words.ts";
import { listFields } from "./list-fields.ts";
import { Id, Role, Time } from "./words.ts";

const subjectPattern = "^[A-Za-z0-9][-A-Za-z0-9._@+]{0,127}$";

const environments = (description: string) =>
  Type.Array(Type.String({ pattern: `^\\*$|${namePattern}`, description: "an environment; * for all" }), {
    maxItems: 100,
    uniqueItems: true,
    description,
  });
const Approves = environments("environments in which it may approve and reject gates, whatever its role");
const Overrides = environments("environments in which it may pass gates over and break restrictions, whatever its role");

export const NewApiToken = Type.Object(
  {
    subject: Type.String({ pattern: subjectPattern, description: "who acts with it, like ada@example.com or ci" }),
    role: Role,
    approves: Type.Optional(Approves),
    overrides: Type.Optional(Overrides),
    ttl: Type.Optional(
      Type.String({ maxLength: 16, description: "how long it is good for, like 12h or 30d; 90d when absent, 365d at most" }),
    ),
  },
  { $id: "NewApiToken", additionalProperties: false },
);
export type NewApiToken = Static<typeof NewApiToken>;

export const ApiToken = Type.Object(
  {
    id: Id,
    subject: Type.String(),
    role: Role,
    approves: Approves,
    overrides: Overrides,
    createdBy: Type.String(),
    createdAt: Time,
    expiresAt: Time,
    revokedAt: Type.Optional(Time),
    lastUsedAt: Type.Optional(Type.String({ format: "date-time", description: "to within a minute" })),
  },
  { $id: "ApiToken" },
);
export type ApiToken = Static<typeof ApiToken>;

export const apiTokenFields = listFields(ApiToken, {
  sorted: ["createdAt", "subject", "expiresAt", "lastUsedAt"],
  filtered: ["id", "role", "approves", "overrides", "createdBy", "revokedAt"],
});

export const CreatedApiToken = Type.Object(
  { ...ApiToken.properties, token: Type.String({ description: "shown here and never again" }) },
  { $id: "CreatedApiToken" },
);
export type CreatedApiToken = Static<typeof CreatedApiToken>;

export const Identity = Type.Object(
  {
    actor: Type.String(),
    role: Role,
    permissions: Type.Array(Type.String()),
    approves: Approves,
    overrides: Overrides,
    tokenId: Type.Optional(Id),
    expiresAt: Type.Optional(Time),
  },
  { $id: "CallerIdentity" },
);
export type Identity = Static<typeof Identity>;

export const Version = Type.Object(
  { version: Type.String(), node: Type.String(), apiVersions: Type.Array(Type.String()) },
  { $id: "Version" },
);
export type Version = Static<typeof Version>;
