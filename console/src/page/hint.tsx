import { type FocusEvent, type PointerEvent, type ReactElement, Suspense, cloneElement, useState } from "react";
import classes from "./hint.module.css";
import { latePart } from "../late/late-part.ts";

// Nobody asks what something means before they have seen it.
const Tooltip = latePart(async () => (await import("./tooltip.ts")).Tooltip);

interface Pointed {
  readonly onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerLeave?: () => void;
  readonly onFocus?: (event: FocusEvent<HTMLElement>) => void;
  readonly onBlur?: () => void;
}

interface HintProps {
  readonly label: string;
  /** One element, which takes what happens to it as properties. */
  readonly children: ReactElement<Pointed>;
}

/** Says more of something to whoever points at it or comes to it by keyboard; those who hear the page need it said otherwise too. */
export function Hint({ label, children }: HintProps) {
  const [target, setTarget] = useState<HTMLElement>();
  const forget = (): void => setTarget(undefined);
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: ({ currentTarget }) => setTarget(currentTarget),
        onPointerLeave: forget,
        onFocus: ({ currentTarget }) => setTarget(currentTarget.matches(":focus-visible") ? currentTarget : undefined),
        onBlur: forget,
      })}
      {target !== undefined && (
        <Suspense fallback={null}>
          <Tooltip target={target} label={label} defaultOpened multiline maw={360} className={classes["hint"]} />
        </Suspense>
      )}
    </>
  );
}
