import { Group, Kbd } from "@mantine/core";
import { Dialog } from "../page/dialog.tsx";
import { shortcuts } from "./shortcuts.ts";
import { PlainTable } from "../table/plain-table.tsx";

export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" size="md" onClose={onClose}>
      <PlainTable>
        {shortcuts.map(({ keys, does }) => (
          <tr key={does}>
            <td>{does}</td>
            <td>
              <Group gap={4} justify="flex-end">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </Group>
            </td>
          </tr>
        ))}
      </PlainTable>
    </Dialog>
  );
}
