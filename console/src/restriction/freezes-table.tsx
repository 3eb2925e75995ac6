import type { Freeze } from "@drover/proto/rest";
import { Badge, Code } from "@mantine/core";
import { type FreezeStanding, freezeStanding, reachOf } from "./freeze-words.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { ProblemText } from "../page/problem-text.tsx";
import { Nothing } from "../page/nothing.tsx";

const standingColor = { "in force": "cyan", later: "gray", over: "gray" } as const satisfies Record<FreezeStanding, string>;

/** Files under `freezes/`: times in which no new revision leaves. */
export function FreezesTable({ freezes }: { readonly freezes: readonly Freeze[] }) {
  if (freezes.length === 0)
    return (
      <Nothing>
        Nothing is frozen. A freeze is a file under <Code>freezes/</Code> in the fleet repository.
      </Nothing>
    );
  return (
    <PlainTable framed label="Freezes" minWidthPx={640} heads={["Freeze", "State", "Concerns", "From", "Until", "Reason"]}>
      {freezes.map(({ name, spec, problem }) => {
        const standing = freezeStanding(spec, Date.now());
        return (
          <tr key={name} className="from-server">
            <td className="strong">
              {name}
              <ProblemText problem={problem} />
            </td>
            <td>
              <Badge variant="light" color={standingColor[standing]}>
                {standing}
              </Badge>
            </td>
            <td>{reachOf(spec)}</td>
            <td>{timeOf(spec.from) ?? "always"}</td>
            <td>{timeOf(spec.until) ?? "its file goes"}</td>
            <td>{spec.reason}</td>
          </tr>
        );
      })}
    </PlainTable>
  );
}

const timeOf = (text: string | undefined): string | undefined => (text === undefined ? undefined : new Date(text).toLocaleString());
