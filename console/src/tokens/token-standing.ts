import type { ApiToken } from "@drover/proto/rest";

export type TokenStanding = "Good" | "Expired" | "Revoked";

export function tokenStanding({ revokedAt, expiresAt }: Pick<ApiToken, "revokedAt" | "expiresAt">, now: number): TokenStanding {
  if (revokedAt !== undefined) return "Revoked";
  return Date.parse(expiresAt) <= now ? "Expired" : "Good";
}
