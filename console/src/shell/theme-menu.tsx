import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { DropDown } from "./drop-down.tsx";
import classes from "./drop-down.module.css";

const schemes = [
  { value: "auto", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** Remembered by the browser, for this console. */
export function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = useComputedColorScheme("light") === "dark" ? IconMoon : IconSun;
  return (
    <DropDown label="Colours" icon={<Icon size={18} stroke={1.6} />}>
      {() =>
        schemes.map(({ value, label }) => (
          <label key={value} className={classes["item"]}>
            <input type="radio" name="colours" checked={colorScheme === value} onChange={() => setColorScheme(value)} />
            {label}
          </label>
        ))
      }
    </DropDown>
  );
}
