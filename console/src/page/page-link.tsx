import { Anchor, type AnchorProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface PageLinkProps extends AnchorProps {
  /** A path of `paths.ts`. */
  readonly to: string;
  readonly children: ReactNode;
}

/** Goes to another page without loading the console anew. */
export function PageLink({ to, children, ...rest }: PageLinkProps) {
  return (
    <Anchor component={Link} to={to} inherit {...rest}>
      {children}
    </Anchor>
  );
}
