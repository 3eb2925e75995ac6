import type { AuditEntry } from "@drover/proto/rest";
import { Code, Text } from "@mantine/core";
import type { Column } from "../table/data-table.tsx";
import { Status } from "../words/status.tsx";
import { detailsInWords } from "./details-in-words.ts";
import { At } from "../page/at.tsx";

export const auditColumns: readonly Column<AuditEntry>[] = [
  {
    id: "at",
    head: "When",
    width: "11.5rem",
    cell: ({ at }) => <At time={at} />,
  },
  { id: "actor", head: "Who", width: "minmax(9rem, 1fr)", cell: ({ actor }) => <span title={actor}>{actor}</span> },
  { id: "action", head: "Action", width: "11rem", cell: ({ action }) => <Code>{action}</Code> },
  { id: "object", head: "On what", width: "minmax(10rem, 1.5fr)", cell: ({ object }) => <span title={object}>{object}</span> },
  { id: "result", head: "Result", width: "6.5rem", cell: ({ result }) => <Status word={result} /> },
  {
    id: "details",
    head: "Details",
    width: "minmax(10rem, 2fr)",
    cell: ({ details }) => {
      const text = detailsInWords(details);
      return (
        <Text span inherit c="dimmed" title={text}>
          {text}
        </Text>
      );
    },
  },
];
