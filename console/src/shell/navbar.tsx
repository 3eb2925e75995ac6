import { Divider, NavLink, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { destinations } from "./navigation.ts";
import classes from "./navbar.module.css";

export function Navbar({ onNavigate }: { readonly onNavigate: () => void }) {
  return (
    <Stack component="nav" aria-label="Pages" gap={2} p="xs">
      {destinations.map(({ to, label, icon: Icon, begins }) => (
        <Fragment key={to}>
          {begins && <Divider my={6} />}
          <NavLink
            component={Link}
            to={to}
            label={label}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            className={classes["link"]}
            activeOptions={{ exact: to === "/", includeSearch: false }}
            activeProps={{ "data-active": true, "aria-current": "page" }}
            onClick={onNavigate}
          />
        </Fragment>
      ))}
    </Stack>
  );
}
