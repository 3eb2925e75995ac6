import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

interface FilterTextProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  /** Called when the reader has stopped typing. */
  readonly onSettled: (value: string | undefined) => void;
  /** The one that the key `/` leads to. */
  readonly first?: boolean;
}

const settledMs = 250;

/** A filter that the server applies: not with every letter. */
export function FilterText({ label, placeholder, value, onSettled, first }: FilterTextProps) {
  const [text, setText] = useState(value ?? "");
  const settle = useDebouncedCallback((settled: string) => onSettled(settled === "" ? undefined : settled), settledMs);
  return (
    <TextInput
      data-page-filter={first || undefined}
      aria-label={label}
      placeholder={`${label}: ${placeholder}`}
      size="xs"
      w={220}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        settle(event.currentTarget.value.trim());
      }}
    />
  );
}
