import type { Rollout, Wave, WhyLink } from "@drover/proto/rest";
import { Badge, Card, Code, Group, List, Progress, Stack, Text, Title } from "@mantine/core";
import { useOpenRollouts, useWhy } from "../queries/rollouts.ts";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { countsInWords, doneOf, holdInWords, inLocalTime, phaseColor, sizeOf, wavesToShow } from "../words/rollout-words.ts";

export function OpenRollouts() {
  return (
    <Asked of={useOpenRollouts()}>
      {(rollouts) =>
        rollouts.length === 0 ? (
          <NextStep
            text="Nothing is rolling out. Begin by promoting a revision:"
            command="./drover promote APPLICATION --to ENVIRONMENT --revision REVISION"
          />
        ) : (
          <div className="wide-side-by-side">
            {rollouts.map((rollout) => (
              <RolloutCard key={rollout.id} rollout={rollout} />
            ))}
          </div>
        )
      }
    </Asked>
  );
}

function RolloutCard({ rollout }: { readonly rollout: Rollout }) {
  const { id, application, environment, release, phase, targets, holds, actor, reason, createdAt } = rollout;
  return (
    <Card withBorder component="article" className="from-server">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={3} size="h5">
            {application} in {environment}: {release}
          </Title>
          <Badge variant="light" color={phaseColor[phase]} flex="none">
            {phase}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {actor}, <Ago time={createdAt} />: {reason}
        </Text>
        <Text size="sm">{countsInWords(targets)}</Text>
        <Stack gap={6}>
          {wavesToShow(rollout).map((wave) => (
            <WaveLine key={wave.index} wave={wave} />
          ))}
        </Stack>
        {holds.length > 0 && (
          <List size="sm" aria-label="held because">
            {holds.map((hold) => (
              <List.Item key={`${hold.kind} ${hold.message}`}>{holdInWords(hold)}</List.Item>
            ))}
          </List>
        )}
        <WhyChain rollout={id} unfolded={phase === "Halted"} />
      </Stack>
    </Card>
  );
}

function WaveLine({ wave: { index, name, targets } }: { readonly wave: Wave }) {
  const share = (count: number): number => (count / Math.max(1, sizeOf(targets))) * 100;
  return (
    <div>
      <Group justify="space-between" mb={2}>
        <Text size="sm">{name ?? `wave ${index + 1}`}</Text>
        <Text size="sm" c="dimmed">
          {countsInWords(targets)}
        </Text>
      </Group>
      <Progress.Root size="sm" aria-hidden>
        <Progress.Section value={share(doneOf(targets))} color="teal" />
        <Progress.Section value={share(targets.Failed)} color="red" />
        <Progress.Section value={share(targets.InFlight)} color="blue" />
        <Progress.Section value={share(targets.Offline)} color="orange" />
      </Progress.Root>
    </div>
  );
}

/** Why it is not done: the chain from the rollout down to the container, each link with what a person can do. */
function WhyChain({ rollout, unfolded }: { readonly rollout: string; readonly unfolded: boolean }) {
  const { data = [] } = useWhy(rollout);
  if (data.length === 0) return null;
  return (
    <details open={unfolded}>
      <Text component="summary" size="sm" fw={500}>
        Why
      </Text>
      <List size="sm" mt="xs" spacing={6}>
        {data.map((link) => (
          <List.Item key={`${link.kind} ${link.subject} ${link.message}`}>
            <Link link={link} />
          </List.Item>
        ))}
      </List>
    </details>
  );
}

function Link({ link: { kind, subject, message, next, action } }: { readonly link: WhyLink }) {
  return (
    <>
      <strong>{kind}</strong> <Code>{subject}</Code> {inLocalTime(message)}
      {next !== undefined && (
        <Text size="sm" c="dimmed">
          may change by itself at {inLocalTime(next)}
        </Text>
      )}
      {action !== undefined && <Text size="sm">→ {action}</Text>}
    </>
  );
}
