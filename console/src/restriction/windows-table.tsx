import type { Environment } from "@drover/proto/rest";
import { Badge, Code } from "@mantine/core";
import { PlainTable } from "../table/plain-table.tsx";
import { Nothing } from "../page/nothing.tsx";

/** When new revisions may leave, as environments say. Organisation, projects and clusters may have windows of their own. */
export function WindowsTable({ environments }: { readonly environments: readonly Environment[] }) {
  const rows = environments.flatMap(({ name, spec }) => (spec.windows ?? []).map((window) => ({ name, window })));
  if (rows.length === 0)
    return (
      <Nothing>
        No environment has windows: revisions leave at any time. Windows are lines under <Code>windows</Code> in an environment's file.
      </Nothing>
    );
  return (
    <PlainTable framed label="Windows" heads={["Environment", "Kind", "Opens", "For", "Time zone"]}>
      {rows.map(({ name, window: { kind, schedule, duration, timeZone } }, index) => (
        <tr key={index}>
          <td className="strong">{name}</td>
          <td>
            <Badge variant="light" color={kind === "allow" ? "teal" : "red"}>
              {kind}
            </Badge>
          </td>
          <td className="mono">{schedule}</td>
          <td>{duration}</td>
          <td>{timeZone ?? "UTC"}</td>
        </tr>
      ))}
    </PlainTable>
  );
}
