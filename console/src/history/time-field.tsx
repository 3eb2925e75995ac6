import { TextInput } from "@mantine/core";
import { fromLocalInput, toLocalInput } from "./time-text.ts";

interface TimeFieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (instant: string | undefined) => void;
}

export function TimeField({ label, value, onChange }: TimeFieldProps) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      size="xs"
      w={190}
      value={value === undefined ? "" : toLocalInput(value)}
      onChange={(event) => onChange(fromLocalInput(event.currentTarget.value))}
    />
  );
}
