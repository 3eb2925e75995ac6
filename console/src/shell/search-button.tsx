import { Group, Kbd, Text, UnstyledButton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import classes from "./search-button.module.css";
import { latePart } from "../late/late-part.ts";

const SearchDialog = latePart(async () => (await import("../search/search-dialog.tsx")).SearchDialog);

/** Opens the search from anywhere. What searches is loaded when it is first asked for. */
export function SearchButton() {
  const [opened, setOpened] = useState(false);
  const [wanted, setWanted] = useState(false);
  const open = (): void => {
    setWanted(true);
    setOpened(true);
  };
  // Also while somebody types: it is what one reaches for then.
  useHotkeys([["mod+K", open]], []);
  return (
    <>
      <UnstyledButton className={classes["button"]} onClick={open} aria-keyshortcuts="Control+K">
        <Group gap="xs" wrap="nowrap">
          <IconSearch size={15} stroke={1.8} aria-hidden />
          <Text size="sm" component="span" className={classes["word"]}>
            Search
          </Text>
          <Kbd size="xs" visibleFrom="sm" aria-hidden>
            Ctrl K
          </Kbd>
        </Group>
      </UnstyledButton>
      {wanted && (
        <Suspense fallback={null}>
          <SearchDialog opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
