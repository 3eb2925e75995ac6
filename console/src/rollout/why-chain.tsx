import type { WhyLink } from "@drover/proto/rest";
import { Badge, Code, Group, Text } from "@mantine/core";
import { inLocalTime } from "../words/rollout-words.ts";
import { actionParts } from "./action-parts.ts";
import { type Cause, causesOf } from "./causes.ts";
import classes from "./why-chain.module.css";

/** Why it is not there yet: each link with what it is because of below it, down to what somebody can do. */
export function WhyChain({ links }: { readonly links: readonly WhyLink[] }) {
  return <Causes causes={causesOf(links)} />;
}

function Causes({ causes }: { readonly causes: readonly Cause[] }) {
  return (
    <ul className={classes["causes"]}>
      {causes.map((cause) => (
        <li key={`${cause.link.kind} ${cause.link.subject} ${cause.link.message}`} className={classes["cause"]}>
          <Link link={cause.link} />
          {cause.causes.length > 0 && <Causes causes={cause.causes} />}
        </li>
      ))}
    </ul>
  );
}

function Link({ link: { kind, subject, message, next, action } }: { readonly link: WhyLink }) {
  return (
    <div className="from-server">
      <Group gap={6} align="baseline">
        <Badge variant="light" color="gray">
          {kind}
        </Badge>
        <Text size="sm" span>
          {inLocalTime(message)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {subject}
        {next !== undefined && ` · may change by itself at ${inLocalTime(next)}`}
      </Text>
      {action !== undefined && (
        <Text size="sm" component="div">
          You can: {actionParts(action).map(({ kind, text }) => (kind === "command" ? <Code key={text}>{text}</Code> : text))}
        </Text>
      )}
    </div>
  );
}
