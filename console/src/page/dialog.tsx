import { type ReactNode, Suspense, useEffect, useState } from "react";
import { latePart } from "../late/late-part.ts";

// Not needed for the first sight of any page.
const Modal = latePart(async () => (await import("./modal.ts")).Modal);

interface DialogProps {
  readonly title: string;
  readonly size?: string;
  readonly centered?: boolean;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** Stands as long as it is rendered. When it goes, the focus is where it was before: whoever cannot see the page goes on there. */
export function Dialog({ title, size = "lg", centered = false, children, onClose }: DialogProps) {
  useReturnedFocus();
  return (
    <Suspense fallback={null}>
      <Modal
        opened
        onClose={onClose}
        title={title}
        size={size}
        centered={centered}
        closeButtonProps={{ "aria-label": "Close" }}
        // A page has one banner at most.
        attributes={{ header: { role: "none" } }}
        className="from-server"
      >
        {children}
      </Modal>
    </Suspense>
  );
}

function useReturnedFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // What opened it may be gone with what was ordered: then the page's heading. After the dialog has let go of the focus.
      const next = before instanceof HTMLElement && before !== document.body ? before : undefined;
      requestAnimationFrame(() => (next?.isConnected === true ? next : document.querySelector("h1"))?.focus({ preventScroll: true }));
    },
    [before],
  );
}
