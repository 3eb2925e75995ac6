import type { Rollout, WhyLink } from "@drover/proto/rest";
import { Badge, Code, Group, Text } from "@mantine/core";
import { PageLink } from "../page/page-link.tsx";
import { inLocalTime } from "../words/rollout-words.ts";
import { actionParts } from "./action-parts.ts";
import { type Cause, causesOf } from "./causes.ts";
import { subjectPath } from "./subject-path.ts";
import classes from "./why-chain.module.css";

type Of = Pick<Rollout, "id" | "application">;

/** Why it is not there yet: each link with what it is because of below it, down to what somebody can do. */
export function WhyChain({ links, of }: { readonly links: readonly WhyLink[]; readonly of: Of }) {
  return <Causes causes={causesOf(links)} of={of} />;
}

function Causes({ causes, of }: { readonly causes: readonly Cause[]; readonly of: Of }) {
  return (
    <ul className={classes["causes"]}>
      {causes.map((cause) => (
        <li key={`${cause.link.kind} ${cause.link.subject} ${cause.link.message}`} className={classes["cause"]}>
          <Link link={cause.link} of={of} />
          {cause.causes.length > 0 && <Causes causes={cause.causes} of={of} />}
        </li>
      ))}
    </ul>
  );
}

function Link({ link: { kind, subject, message, next, action }, of }: { readonly link: WhyLink; readonly of: Of }) {
  return (
    <div className="from-server">
      <Group gap={6} align="baseline" wrap="nowrap">
        <Badge variant="light" color="gray" flex="none">
          {kind}
        </Badge>
        <Text size="sm" span>
          {inLocalTime(message)}
        </Text>
      </Group>
      <Group gap="sm">
        {/* The rollout is what the page is about. */}
        {!subject.startsWith(`rollouts/${of.id}`) && <Subject subject={subject} application={of.application} />}
        {next !== undefined && (
          <Text size="xs" c="dimmed">
            may change by itself at {inLocalTime(next)}
          </Text>
        )}
      </Group>
      {action !== undefined && (
        <Text size="sm" component="div">
          You can: {actionParts(action).map(({ kind, text }) => (kind === "command" ? <Code key={text}>{text}</Code> : text))}
        </Text>
      )}
    </div>
  );
}

function Subject({ subject, application }: { readonly subject: string; readonly application: string }) {
  const path = subjectPath(subject, application);
  if (path !== undefined)
    return (
      <Text size="xs">
        <PageLink to={path}>{subject}</PageLink>
      </Text>
    );
  return (
    <Text size="xs" c="dimmed">
      {subject}
    </Text>
  );
}
