import { shortRevision } from "@drover/kit";
import { Anchor, Card, Text } from "@mantine/core";
import type { Rollout } from "@drover/proto/rest";
import { Link, useParams } from "@tanstack/react-router";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { PageLink } from "../page/page-link.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { paths } from "../paths.ts";
import { useWhy } from "../queries/rollouts.ts";
import { countsInWords, holdInWords } from "../words/rollout-words.ts";
import { Gates } from "./gates.tsx";
import { useGates, useRollout, useTargets, useTimeline } from "./queries.ts";
import { RolloutActions } from "./rollout-actions.tsx";
import { Targets } from "./targets.tsx";
import { RolloutTimeline } from "./timeline.tsx";
import { Waves } from "./waves.tsx";
import { WhyChain } from "./why-chain.tsx";
import { Status } from "../words/status.tsx";

/** One rollout: how far it is, what holds it and why, and what one can do about it. */
export function RolloutPage() {
  const { rollout: id } = useParams({ from: "/rollouts/$rollout" });
  const asked = useRollout(id);
  const rollout = asked.data;
  return (
    <Page
      title={rollout === undefined ? "Rollout" : `${rollout.release} in ${rollout.environment}`}
      within={[{ label: "Rollouts", to: "/rollouts" }]}
      badge={rollout && <Status word={rollout.phase} strong />}
      about={rollout && <About rollout={rollout} />}
      actions={rollout && <RolloutActions rollout={rollout} />}
    >
      <Asked of={asked} height={360}>
        {(data) => <Body rollout={data} />}
      </Asked>
    </Page>
  );
}

function About({ rollout }: { readonly rollout: Rollout }) {
  const { kind, rollsBack, application, previousRevision, revision, actor, reason, createdAt, changeId, targets, phase } = rollout;
  return (
    <>
      <Text size="sm">
        {kind === "Rollback" ? "Rollback" : "Rollout"} of{" "}
        <PageLink to={paths.application(application)} td="underline">
          {application}
        </PageLink>
        {previousRevision !== undefined && ` from ${shortRevision(previousRevision)}`} to {shortRevision(revision)},{" "}
        {countsInWords(targets, phase)}.{" "}
        {rollsBack !== undefined && (
          <PageLink to={paths.rollout(rollsBack)} td="underline">
            It takes back another rollout.
          </PageLink>
        )}
      </Text>
      <Text size="sm">
        {actor}, <Ago time={createdAt} />: {reason}{" "}
        <Anchor size="sm" td="underline" renderRoot={(props) => <Link to="/rollouts" search={{ changeId }} {...props} />}>
          All rollouts of this change
        </Anchor>
      </Text>
    </>
  );
}

function Body({ rollout }: { readonly rollout: Rollout }) {
  const gates = useGates(rollout.id);
  const targets = useTargets(rollout.id);
  const timeline = useTimeline(rollout.id);
  const opened = gates.data ?? [];
  return (
    <>
      <Why rollout={rollout} />
      {opened.length > 0 && (
        <Section title="Gates">
          <Gates rollout={rollout} gates={opened} />
        </Section>
      )}
      <Section title="Waves">
        <Waves rollout={rollout} gates={opened} />
      </Section>
      <Section title="Clusters">
        <Asked of={targets} height={280}>
          {({ items, cut }) => <Targets rollout={rollout} targets={items} cut={cut} />}
        </Asked>
      </Section>
      <Section title="Timeline">
        <Asked of={timeline}>{({ items }) => <RolloutTimeline entries={items} />}</Asked>
      </Section>
    </>
  );
}

const settled: ReadonlySet<Rollout["phase"]> = new Set(["Completed", "Superseded", "Aborted", "RolledBack"]);

function Why({ rollout }: { readonly rollout: Rollout }) {
  const { id, phase, holds } = rollout;
  const { data = [] } = useWhy(id);
  if (settled.has(phase) || (data.length === 0 && holds.length === 0)) return null;
  return (
    <Section title="Why" about="from what holds it down to what you can do">
      <Card withBorder className="from-server">
        {data.length > 0 ? (
          <WhyChain links={data} of={rollout} />
        ) : (
          holds.map((hold) => (
            <Text key={hold.kind} size="sm">
              {holdInWords(hold)}
            </Text>
          ))
        )}
      </Card>
    </Section>
  );
}
