import { Button, type ButtonProps } from "@mantine/core";
import { useId } from "react";
import { Hint } from "../page/hint.tsx";
import type { Wish } from "./may.ts";
import { useWhyNot } from "./use-why-not.ts";

interface PermittedButtonProps extends ButtonProps {
  readonly wish: Wish;
  /** Why it makes no sense at present, whoever asks. */
  readonly notNow?: string | undefined;
  readonly "aria-label"?: string;
  readonly onClick: () => void;
  readonly children: string;
}

/** A button that says why it cannot be pressed. It stays in the tab order then: whoever cannot see it has to hear the reason. */
export function PermittedButton({ wish, notNow, onClick, children, ...rest }: PermittedButtonProps) {
  const forbidden = useWhyNot(wish);
  const reason = notNow ?? forbidden;
  const describedBy = useId();
  if (reason === undefined)
    return (
      <Button size="xs" variant="default" onClick={onClick} {...rest}>
        {children}
      </Button>
    );
  return (
    <Hint label={reason}>
      <Button size="xs" variant="default" {...rest} data-disabled aria-disabled="true" aria-describedby={describedBy}>
        {children}
        <span id={describedBy} hidden>
          {reason}
        </span>
      </Button>
    </Hint>
  );
}
