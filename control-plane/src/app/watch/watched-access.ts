import type { ApiToken, AuditEntry } from "@drover/proto/rest";
import type { ApiTokens } from "../access/tokens.ts";
import type { ListRequest } from "../page.ts";
import type { AuditReads } from "../read-models.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

export const watchedAudit = (reads: AuditReads, asked: ListRequest): Watched<AuditEntry> => ({
  events: { kinds: ["AuditRecorded"], subject: "audit/" },
  subjectsOf: ({ subject }) => [subject.slice("audit/".length)],
  creates: () => true,
  isLasting: true,
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(reads.list, asked, (ids) => ({ id: ids })),
});

export const watchedApiTokens = (tokens: Pick<ApiTokens, "list">, asked: ListRequest): Watched<ApiToken> => ({
  events: { kinds: ["TokenCreated", "TokenRevoked"], subject: "tokens/" },
  subjectsOf: ({ subject }) => [subject.slice("tokens/".length)],
  creates: ({ kind }) => kind === "TokenCreated",
  isLasting: true,
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  // Every use renews it: that alone is no news.
  shapeOf: ({ lastUsedAt: _lastUsedAt, ...shape }) => shape,
  ...narrowedList(
    (request) => tokens.list(request),
    asked,
    (ids) => ({ id: ids }),
  ),
});
