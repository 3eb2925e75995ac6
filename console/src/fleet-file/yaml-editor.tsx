import { Text, Textarea } from "@mantine/core";
import { useId, useRef } from "react";
import classes from "./yaml-editor.module.css";

interface YamlEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What cannot be read, at its line. */
  readonly wrong: { readonly line: number | undefined; readonly message: string } | undefined;
}

/** A plain text field with numbered lines: everything that a browser can do with text works in it. */
export function YamlEditor({ label, value, onChange, wrong }: YamlEditorProps) {
  const numbers = useRef<HTMLDivElement>(null);
  const saysWrong = useId();
  const lines = value.split("\n").length;
  return (
    <div>
      <Text component="label" size="sm" fw={500} htmlFor="yaml-editor">
        {label}
      </Text>
      <div className={classes["editor"]}>
        <div ref={numbers} className={classes["numbers"]} aria-hidden>
          {Array.from({ length: lines }, (_none, index) => (
            <div key={index} data-wrong={wrong?.line === index + 1 || undefined}>
              {index + 1}
            </div>
          ))}
        </div>
        <Textarea
          id="yaml-editor"
          variant="unstyled"
          className={classes["field"] ?? ""}
          classNames={{ input: classes["input"] ?? "" }}
          rows={24}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          value={value}
          aria-invalid={wrong !== undefined}
          aria-describedby={saysWrong}
          onChange={(event) => onChange(event.currentTarget.value)}
          onScroll={({ currentTarget }) => {
            if (numbers.current !== null) numbers.current.scrollTop = currentTarget.scrollTop;
          }}
        />
      </div>
      <Text id={saysWrong} size="sm" c="var(--mantine-color-error)" role="status" mih={22}>
        {wrong !== undefined && `${wrong.line === undefined ? "" : `line ${wrong.line}: `}${wrong.message}`}
      </Text>
    </div>
  );
}
