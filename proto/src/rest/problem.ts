import { Type, type Static } from "typebox";

/** The one form of every error (RFC 9457), as `application/problem+json`. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: "/errors/CODE, where this server says what it means" }),
    title: Type.String({ description: "the code again, for clients that only show a title" }),
    status: Type.Integer(),
    detail: Type.Optional(Type.String({ description: "what failed and what to do; absent for internal errors" })),
    instance: Type.Optional(Type.String()),
    code: Type.String({ description: "stable; see the reference of errors" }),
    requestId: Type.String({ description: "find it in the server's log and in the audit record" }),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }))),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: "Problem" },
);
export type Problem = Static<typeof Problem>;
