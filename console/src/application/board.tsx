import { shortRevision } from "@drover/kit";
import { Card, Group, Stack, Text, Title, Badge } from "@mantine/core";
import type { ApplicationStatus, Rollout } from "@drover/proto/rest";
import { Ago } from "../page/ago.tsx";
import { countsInWords, holdInWords } from "../words/rollout-words.ts";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { ProblemText } from "../page/problem-text.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Hint } from "../page/hint.tsx";
import { WaveBar } from "../rollout/wave-bar.tsx";
import classes from "./board.module.css";
import type { BoardColumn, Mark } from "./board-columns.ts";
import { HealthLine } from "./health-line.tsx";
import { subjectOf } from "./revision-choices.ts";
import { Status } from "../words/status.tsx";
import { TroublesHere } from "./troubles-here.tsx";

interface BoardProps {
  readonly application: string;
  readonly columns: readonly BoardColumn[];
  /** What agents say where it is not well. */
  readonly unwell: readonly ApplicationStatus[];
  readonly onPromote: (environment: string) => void;
  readonly onRollback: (environment: string) => void;
}

/** Environments side by side, in the order in which a revision passes them. */
export function Board({ columns, ...rest }: BoardProps) {
  return (
    <ol className={classes["board"]} aria-label="Environments in promotion order">
      {columns.map((column) => (
        <li key={column.environment.name}>
          <Column column={column} {...rest} />
        </li>
      ))}
    </ol>
  );
}

function Column({ application, column, unwell, onPromote, onRollback }: Omit<BoardProps, "columns"> & { readonly column: BoardColumn }) {
  const { environment, placement, rollout, marks } = column;
  const { name, spec } = environment;
  const unwellHere = unwell.filter((status) => status.environment === name);
  const wish = { permission: "promotion.create" } as const;
  return (
    <Card withBorder component="article" h="100%" className="from-server">
      <Stack gap="sm" h="100%">
        <div>
          <Title order={3} size="h5">
            {name}
          </Title>
          <Text size="sm" c="dimmed">
            {spec.promotesFrom === undefined ? "first in line" : `after ${spec.promotesFrom.join(" or ")}`}
          </Text>
        </div>
        {marks.length > 0 && (
          <Group gap={6}>
            {marks.map((mark) => (
              <MarkBadge key={mark.word} mark={mark} />
            ))}
          </Group>
        )}
        {placement === undefined ? (
          <Text size="sm" c="dimmed">
            {application} is not placed here yet. Promote a revision to bring it.
          </Text>
        ) : (
          <>
            <ReleaseLines column={column} />
            <HealthLine summary={placement.summary} />
            {unwellHere.length > 0 && <TroublesHere application={application} statuses={unwellHere} />}
            <ProblemText problem={placement.problem} />
          </>
        )}
        {rollout !== undefined && <UnderWay rollout={rollout} />}
        <Group gap="xs" mt="auto">
          <PermittedButton wish={wish} onClick={() => onPromote(name)}>
            Promote…
          </PermittedButton>
          <PermittedButton
            wish={wish}
            notNow={placement?.release === undefined ? "nothing has been here that one could return to" : undefined}
            onClick={() => onRollback(name)}
          >
            Roll back…
          </PermittedButton>
        </Group>
      </Stack>
    </Card>
  );
}

function MarkBadge({ mark: { word, color, detail } }: { readonly mark: Mark }) {
  return (
    <Hint label={detail}>
      <Badge variant="light" color={color} tabIndex={0} title={detail}>
        {word}
      </Badge>
    </Hint>
  );
}

function ReleaseLines({ column: { placement, release } }: { readonly column: BoardColumn }) {
  if (placement?.release === undefined)
    return (
      <Text size="sm" c="dimmed">
        no release yet
      </Text>
    );
  return (
    <div>
      <Text fw={600}>
        {placement.release.name}{" "}
        <Text span ff="monospace" size="sm" fw={400} c="dimmed">
          {shortRevision(placement.revision ?? "")}
        </Text>
      </Text>
      {release !== undefined && (
        <>
          <Text size="sm" lineClamp={2}>
            {subjectOf(release.message)}
          </Text>
          <Text size="sm" c="dimmed">
            {release.author}, <Ago time={release.committedAt} />
          </Text>
        </>
      )}
    </div>
  );
}

function UnderWay({ rollout }: { readonly rollout: Rollout }) {
  const { id, phase, release, targets, holds } = rollout;
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Status word={phase} strong />
        <PageLink to={paths.rollout(id)} size="sm">
          {rollout.kind === "Rollback" ? `rollback to ${release}` : `rollout of ${release}`}
        </PageLink>
      </Group>
      <WaveBar targets={targets} />
      <Text size="sm" c="dimmed">
        {countsInWords(targets, phase)}
      </Text>
      {holds[0] !== undefined && <Text size="sm">{holdInWords(holds[0])}</Text>}
    </Stack>
  );
}
