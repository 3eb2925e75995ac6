import { DroverError, shortRevision } from "@drover/kit";
import type { Placement, Promotion } from "@drover/proto/rest";
import { Autocomplete, Button, NativeSelect, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { useChange } from "../change/use-change.ts";
import { Asked } from "../page/asked.tsx";
import { PlanView } from "./plan-view.tsx";
import { usePlan } from "./queries.ts";
import { type RevisionChoice, revisionOf } from "./revision-choices.ts";

interface PromoteDialogProps {
  readonly application: string;
  readonly environment: string;
  readonly environments: readonly string[];
  readonly placements: readonly Placement[];
  readonly choices: readonly RevisionChoice[];
  readonly suggestion: RevisionChoice | undefined;
  readonly onClose: () => void;
}

/** People type faster than plans are made. */
const settleMs = 400;

/** Choose what goes where, see what that would do, say why, and do it: as long as nobody else moved the pin meanwhile. */
export function PromoteDialog(props: PromoteDialogProps) {
  const { application, environments, placements, choices, suggestion, onClose } = props;
  const { client } = useApi();
  const [environment, setEnvironment] = useState(props.environment);
  const [text, setText] = useState(suggestion?.label ?? "");
  const revision = revisionOf(choices, text);
  const [settled] = useDebouncedValue(revision, settleMs);
  const plan = usePlan(application, environment, settled);
  const pinned = placements.find((one) => one.environment === environment)?.revision;
  // What the plan was made against: a pin that moves while somebody reads is refused, not overwritten.
  const [expected, setExpected] = useState(pinned);

  const change = useChange({
    send: (client, reason: string, idempotencyKey): Promise<Promotion> => {
      const body = { application, environment, revision, reason, expectedRevision: expected };
      return client("createPromotion", { body, idempotencyKey });
    },
    done: (promotion) => `${application} goes to ${environment}: ${shortRevision(promotion.revision)} is promoted.`,
    onDone: onClose,
  });
  const choose = (name: string): void => {
    setEnvironment(name);
    setExpected(placements.find((one) => one.environment === name)?.revision);
    change.forget();
  };
  const [isLooking, setLooking] = useState(false);
  // Asked for: what this page knows may be as old as what was refused. A look that fails leaves the button where it is. Until it is over nothing
  // is promoted: it would be refused by what was pinned before.
  const lookAgain = async (): Promise<void> => {
    setLooking(true);
    const placement = await client("getPlacement", { params: { application, environment } }).catch(() => undefined);
    if (placement !== undefined) {
      setExpected(placement.revision);
      change.forget();
      await plan.refetch();
    }
    setLooking(false);
  };
  const isMoved = change.error instanceof DroverError && change.error.kind === "stale";
  return (
    <ChangeDialog
      title={`Promote ${application}`}
      verb={`Promote to ${environment}`}
      size="xl"
      change={change}
      onClose={onClose}
      notYet={isLooking || plan.data === undefined || settled !== revision ? "the plan is not there yet" : plan.data.problem?.message}
      explanation={
        isMoved
          ? "Somebody moved this environment while you looked, so nothing was changed. Look at the new plan, then promote again."
          : undefined
      }
    >
      <NativeSelect
        label="Environment"
        data={[...environments]}
        value={environment}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <Autocomplete
        label="Release"
        description="Choose one, or type a commit, branch or tag of the application's source."
        data={choices.map(({ label }) => label)}
        value={text}
        onChange={setText}
        limit={20}
        maxDropdownHeight={260}
      />
      <Stack component="section" gap="sm" aria-label="Plan" mih={120}>
        {revision === "" ? (
          <Text size="sm" c="dimmed">
            Choose a release to see what it would do.
          </Text>
        ) : (
          <Asked of={plan}>{(data) => <PlanView plan={data} />}</Asked>
        )}
      </Stack>
      {isMoved && (
        <Button variant="default" onClick={() => void lookAgain()}>
          Look again
        </Button>
      )}
    </ChangeDialog>
  );
}
