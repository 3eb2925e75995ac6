import { ActionIcon } from "@mantine/core";
import { type ReactNode, useId, useRef, useState } from "react";
import { Hint } from "../page/hint.tsx";
import classes from "./drop-down.module.css";

interface DropDownProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: (close: () => void) => ReactNode;
}

/** A button of the header and what it opens below it. Browsers close it themselves, by Escape or a click elsewhere, and return the focus. */
export function DropDown({ label, icon, children }: DropDownProps) {
  const id = useId();
  const content = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Hint label={label}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} popoverTarget={id}>
          {icon}
        </ActionIcon>
      </Hint>
      <div
        ref={content}
        id={id}
        popover="auto"
        role="group"
        aria-label={label}
        className={classes["content"]}
        onBeforeToggle={({ newState }) => newState === "open" && setOpen(true)}
        // Only afterwards: the browser returns the focus from what has it, and that has to be there.
        onToggle={({ newState }) => newState === "closed" && setOpen(false)}
      >
        {isOpen && children(() => content.current?.hidePopover())}
      </div>
    </>
  );
}
