import { Alert } from "@mantine/core";
import type { ReactNode } from "react";

const takeFocus = (element: HTMLElement | null): void => element?.focus({ preventScroll: true });

/** What comes in the place of a form and will not come again: it takes the focus, which the form had, and is so read aloud. */
export function ShownOnce({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Alert ref={takeFocus} tabIndex={-1} color="yellow" title={title} className="from-server">
      {children}
    </Alert>
  );
}
