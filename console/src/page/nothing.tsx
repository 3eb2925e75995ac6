import { Text } from "@mantine/core";
import type { ReactNode } from "react";

/** In place of what there is none of, where nothing has to be done about that. See `NextStep` for where something has. */
export const Nothing = ({ children }: { readonly children: ReactNode }) => (
  <Text size="sm" c="dimmed">
    {children}
  </Text>
);
