import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import classes from "./page.module.css";
import { wasNavigated } from "./was-navigated.ts";

interface PageProps {
  /** The page's one heading, and the window's title. */
  readonly title: string;
  /** Where it belongs, outermost first. */
  readonly within?: readonly { readonly label: string; readonly to: string }[];
  /** Beside the heading: the state of what the page is about. */
  readonly badge?: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  /** The page ends with the window, and a part of it scrolls. */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** What every page has. Its heading takes the focus when somebody comes from another page, so that it is read aloud. */
export function Page({ title, within = [], badge, about, actions, fill = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (wasNavigated(location.pathname)) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Stack gap="lg" className={classes["page"]} data-fill={fill || undefined}>
      <title>{`${title} · Drover`}</title>
      <Stack gap={4} component="header">
        {within.length > 0 && (
          <Breadcrumbs component="nav" aria-label="Where this belongs" separatorMargin={6}>
            {within.map(({ label, to }) => (
              <Anchor key={to} component={Link} to={to} size="sm">
                {label}
              </Anchor>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Title order={1} size="1.375rem" ref={heading} tabIndex={-1} className={classes["heading"]}>
              {title}
            </Title>
            {badge}
          </Group>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
        {about !== undefined && (
          <Text size="sm" c="dimmed" component="div" className={`${classes["about"]} from-server`}>
            {about}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}
