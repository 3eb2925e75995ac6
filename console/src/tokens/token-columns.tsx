import type { ApiToken } from "@drover/proto/rest";
import { Button, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import type { Column } from "../table/data-table.tsx";
import { Status } from "../words/status.tsx";
import { tokenStanding } from "./token-standing.ts";

export const tokenColumns = (revoke: (token: ApiToken) => void): readonly Column<ApiToken>[] => [
  {
    id: "subject",
    head: "Subject",
    width: "minmax(10rem, 1.5fr)",
    cell: ({ subject }) => (
      <Text span inherit fw={550} title={subject}>
        {subject}
      </Text>
    ),
  },
  { id: "role", head: "Role", width: "6rem", cell: ({ role }) => role },
  {
    id: "grants",
    head: "Granted besides",
    width: "minmax(10rem, 2fr)",
    cell: (token) => (
      <Text span inherit c="dimmed">
        {grantsInWords(token)}
      </Text>
    ),
  },
  { id: "standing", head: "State", width: "7rem", cell: (token) => <Status word={tokenStanding(token, Date.now())} /> },
  {
    id: "expires",
    head: "Good until",
    width: "8rem",
    cell: ({ expiresAt }) => <time dateTime={expiresAt}>{new Date(expiresAt).toLocaleDateString()}</time>,
  },
  {
    id: "used",
    head: "Last used",
    width: "8rem",
    cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? "never" : <Ago time={lastUsedAt} />),
  },
  { id: "by", head: "Made by", width: "minmax(8rem, 1fr)", cell: ({ createdBy }) => createdBy },
  {
    id: "revoke",
    head: "Action",
    width: "6rem",
    cell: (token) =>
      tokenStanding(token, Date.now()) === "Good" && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          onClick={() => revoke(token)}
          aria-label={`Revoke the token of ${token.subject}`}
        >
          Revoke…
        </Button>
      ),
  },
];

function grantsInWords({ approves, overrides }: ApiToken): string {
  const where = (environments: readonly string[]): string => (environments.includes("*") ? "all environments" : environments.join(", "));
  const said = [
    approves.length > 0 ? `approves in ${where(approves)}` : "",
    overrides.length > 0 ? `overrides in ${where(overrides)}` : "",
  ];
  return said.filter(Boolean).join("; ");
}
