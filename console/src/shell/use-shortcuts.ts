import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { destinations } from "./navigation.ts";

/** `g` and the next key belong together within this time. */
const sequenceMs = 1_500;

/** Single keys, which fields that one types into keep for themselves. */
export function useShortcuts(openHelp: () => void): void {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  useGoTo();
  useHotkeys([
    ["shift+?", openHelp],
    ["?", openHelp],
    ["t", () => setColorScheme(scheme === "dark" ? "light" : "dark")],
    ["/", () => document.querySelector<HTMLInputElement>("[data-page-filter]")?.focus()],
  ]);
}

function useGoTo(): void {
  const navigate = useNavigate();
  const beganAt = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "g") return void (beganAt.current = event.timeStamp);
      const follows = event.timeStamp - beganAt.current < sequenceMs;
      beganAt.current = 0;
      const destination = destinations.find(({ key }) => key === event.key);
      if (follows && destination !== undefined) void navigate({ to: destination.to });
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
