import { Type, type Static } from "typebox";
import { Id, Role, Time } from "./words.ts";

const subjectPattern = "^[A-Za-z0-9][-A-Za-z0-9._@+]{0,127}$";

export const NewApiToken = Type.Object(
  {
    subject: Type.String({ pattern: subjectPattern, description: "who acts with it, like ada@example.com or ci" }),
    role: Role,
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
    createdBy: Type.String(),
    createdAt: Time,
    expiresAt: Time,
    revokedAt: Type.Optional(Time),
    lastUsedAt: Type.Optional(Type.String({ format: "date-time", description: "to within a minute" })),
  },
  { $id: "ApiToken" },
);
export type ApiToken = Static<typeof ApiToken>;

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
