import { useState } from "react";
import { useIdentity } from "../api/identity.ts";
import { whyNot } from "../change/may.ts";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Asked } from "../page/asked.tsx";
import { NewFile } from "../fleet-file/new-file.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { useEnvironments } from "../queries/environments.ts";
import { useOpenRollouts } from "../queries/rollouts.ts";
import { inPromotionOrder } from "../words/promotion-order.ts";
import { BreakGlassDialog, BreakGlassList } from "./break-glass-list.tsx";
import { EmergencyStopCard } from "./emergency-stop.tsx";
import { FreezesTable } from "./freezes-table.tsx";
import { heldNow } from "./held-now.ts";
import { HeldPrunes } from "./held-prunes.tsx";
import { HeldRollouts } from "./held-rollouts.tsx";
import { useBreakGlass, useFreezes, useHeldPrunes, useRemovals, useStop } from "./queries.ts";
import { Removals } from "./removals.tsx";
import { WindowsTable } from "./windows-table.tsx";

const wish = { permission: "restriction.override" } as const;

/** What people laid over every plan: what holds now, what is set aside, and what waits for somebody's word. */
export function RestrictionsPage() {
  const [isBreaking, setBreaking] = useState(false);
  const environments = useEnvironments();
  const { data: identity } = useIdentity();
  const names = inPromotionOrder(environments.data?.items ?? []).map(({ name }) => name);
  const breakable = names.filter((environment) => whyNot(identity, { ...wish, environment }) === undefined);
  return (
    <Page title="Restrictions" about="What keeps changes from leaving, and what waits for somebody's word">
      <Section title="Emergency stop">
        <Asked of={useStop()} height={70}>
          {(stop) => <EmergencyStopCard stop={stop} />}
        </Asked>
      </Section>
      <Section title="Held now">
        <Asked of={useOpenRollouts()} height={40}>
          {(rollouts) => <HeldRollouts held={heldNow(rollouts)} />}
        </Asked>
      </Section>
      <Section
        title="Broken glass"
        about="freezes and windows set aside for a while, on record"
        actions={
          <PermittedButton
            wish={breakable[0] === undefined ? wish : { ...wish, environment: breakable[0] }}
            onClick={() => setBreaking(true)}
          >
            Break the glass…
          </PermittedButton>
        }
      >
        <Asked of={useBreakGlass()} height={40}>
          {(open) => <BreakGlassList open={open} />}
        </Asked>
      </Section>
      <Section title="Freezes" actions={<NewFile collection="freezes" />}>
        <Asked of={useFreezes()} height={40}>
          {(freezes) => <FreezesTable freezes={freezes} />}
        </Asked>
      </Section>
      <Section title="Windows">
        <Asked of={environments} height={40}>
          {({ items }) => <WindowsTable environments={items} />}
        </Asked>
      </Section>
      <Section title="Deletions held back" about="released for exactly one list of objects">
        <Asked of={useHeldPrunes()} height={40}>
          {(prunes) => <HeldPrunes prunes={prunes} />}
        </Asked>
      </Section>
      <Section title="Removals under way">
        <Asked of={useRemovals()} height={40}>
          {(removals) => <Removals removals={removals} />}
        </Asked>
      </Section>
      {isBreaking && <BreakGlassDialog environments={breakable} onClose={() => setBreaking(false)} />}
    </Page>
  );
}
