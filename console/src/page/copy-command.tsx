import { ActionIcon, Code, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import classes from "./copy-command.module.css";
import { Hint } from "./hint.tsx";

/** Something to type elsewhere, with a button that puts it into the clipboard. */
export function CopyCommand({ text, label = "Copy the command" }: { readonly text: string; readonly label?: string }) {
  return (
    <div className={classes["command"]}>
      <Code block tabIndex={0} className={classes["text"]}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Hint label={copied ? "Copied" : label}>
            <ActionIcon className={classes["copy"]} variant="default" size="sm" aria-label={copied ? "Copied" : label} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Hint>
        )}
      </CopyButton>
    </div>
  );
}
