import { Type, type Static } from "typebox";
import { podServiceAccountPattern } from "../wire/gate-job.ts";
import { closed, Duration, Name } from "./schema-words.ts";

const Expression = Type.String({ minLength: 1, maxLength: 2048, description: "a CEL expression that is true or false" });
const Url = Type.String({ pattern: "^https?://", maxLength: 2048, description: "an http:// or https:// URL without credentials in it" });

const Job = Type.Object(
  {
    image: Type.String({ minLength: 1, maxLength: 512 }),
    command: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 50 })),
    args: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 50 })),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$" }), Type.String({ maxLength: 4096 }), {
        ...closed,
        description: "environment variables; nothing secret belongs here",
      }),
    ),
    namespace: Type.Optional(Name),
    serviceAccountName: Type.Optional(
      Type.String({ pattern: podServiceAccountPattern, description: "the name of a ServiceAccount in the Job's namespace" }),
    ),
  },
  closed,
);
export type GateJob = Static<typeof Job>;

/** One condition of a wave. Which keys belong to which type is checked beside the shape, so that a message can name the type. */
export const Gate = Type.Object(
  {
    name: Name,
    type: Type.Union([
      Type.Literal("Approval"),
      Type.Literal("Prometheus"),
      Type.Literal("Http"),
      Type.Literal("Cel"),
      Type.Literal("Job"),
    ]),
    requiredApprovals: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    approvers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 134, description: "a role, or users/<subject>" }), { minItems: 1, maxItems: 100 }),
    ),
    address: Type.Optional(Url),
    query: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: "PromQL" })),
    url: Type.Optional(Url),
    condition: Type.Optional(Expression),
    expression: Type.Optional(Expression),
    credentialsRef: Type.Optional(Name),
    clusters: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: "of the wave, by name: where the Job runs" })),
    job: Type.Optional(Job),
    interval: Type.Optional(Duration),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "measurements that have to succeed" })),
    failureLimit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: "measurements that may fail" })),
    timeout: Type.Optional(Duration),
  },
  closed,
);
export type Gate = Static<typeof Gate>;
export type GateType = Gate["type"];
