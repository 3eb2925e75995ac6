import { type CSSVariablesResolver, type MantineColorsTuple, createTheme, defaultVariantColorsResolver } from "@mantine/core";

/** Greys with a little blue in them, lightest first: text, borders, cards, ground. */
const night: MantineColorsTuple = [
  "#e3e6ec",
  "#b4bac7",
  "#979eae",
  "#6b7282",
  "#343a47",
  "#2a2f3b",
  "#1c2028",
  "#171a21",
  "#111318",
  "#0b0d10",
];

/** Grounds of buttons that carry white words, in both schemes: Mantine's own are too light for small text. */
const filled: Readonly<Record<string, string>> = { red: "#c92a2a", orange: "#a84300", teal: "#087f5b", yellow: "#8a5200" };

/** Mantine as it comes, denser, with the contrast that WCAG AA asks for in both schemes. */
export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 7 },
  colors: { dark: night },
  autoContrast: true,
  defaultRadius: "md",
  respectReducedMotion: true,
  cursorType: "pointer",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  fontFamily: "Inter, system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontFamily: "Inter, system-ui, sans-serif", fontWeight: "600" },
  components: {
    // Status words are spelled as everywhere else, not in capitals, and never cut short.
    Badge: { defaultProps: { tt: "none", miw: "max-content", radius: "sm", fw: 600 } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Card: { defaultProps: { padding: "md" } },
  },
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const color = input.color ?? input.theme.primaryColor;
    const ground = filled[color];
    if (input.variant === "filled" && ground !== undefined)
      return { ...colors, background: ground, hover: `color-mix(in srgb, ${ground}, black 12%)`, color: "#fff" };
    if (input.variant !== "light" || input.theme.colors[color] === undefined) return colors;
    return { ...colors, color: `light-dark(var(--mantine-color-${color}-9), var(--mantine-color-${color}-2))` };
  },
});

export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#586072",
    "--mantine-color-placeholder": "#586072",
    "--mantine-color-error": colors.red[9],
    "--mantine-color-yellow-9": "#8a5200",
    "--mantine-color-orange-9": "#8a3a00",
    "--mantine-color-teal-9": "#05603f",
    "--mantine-color-default-border": "#e2e5ea",
    "--drover-ground": "#f6f7f9",
    "--drover-bar": "#fcfcfd",
    "--drover-soft-text": "#3c4454",
    "--drover-chosen": "#e8ebf4",
    "--drover-hover": "#f3f5f9",
    "--drover-line": "#eef0f4",
    "--drover-fill-teal": "#3db892",
    "--drover-fill-blue": "#5f8ff2",
    "--drover-fill-red": "#e5484d",
    "--drover-fill-yellow": "#f0bc48",
    "--drover-fill-orange": "#f28444",
    "--drover-fill-grape": "#a684e6",
    "--drover-fill-gray": "#b6bdca",
    "--drover-mark-teal": "#0d8a6a",
    "--drover-mark-blue": "#3b6fe0",
    "--drover-mark-red": "#d63a3a",
    "--drover-mark-yellow": "#b7791f",
    "--drover-mark-orange": "#d9622b",
    "--drover-mark-grape": "#8b5cc7",
    "--drover-mark-gray": "#7c8596",
  },
  dark: {
    "--mantine-color-placeholder": night[2],
    "--mantine-color-dimmed": night[2],
    "--mantine-color-error": colors.red[5],
    "--mantine-color-default-border": "#272c37",
    "--drover-ground": night[8],
    "--drover-bar": "#14171d",
    "--drover-soft-text": night[1],
    "--drover-chosen": "#242a3a",
    "--drover-hover": "#1c212b",
    "--drover-line": "#272d38",
    "--drover-fill-teal": "#2f9e7f",
    "--drover-fill-blue": "#4f7fe6",
    "--drover-fill-red": "#e5484d",
    "--drover-fill-yellow": "#d9a53a",
    "--drover-fill-orange": "#e0793a",
    "--drover-fill-grape": "#9a78dc",
    "--drover-fill-gray": "#4c5464",
    "--drover-mark-teal": "#3fb997",
    "--drover-mark-blue": "#6d9bff",
    "--drover-mark-red": "#ff6b6b",
    "--drover-mark-yellow": "#e5b454",
    "--drover-mark-orange": "#f08c4f",
    "--drover-mark-grape": "#b794f0",
    "--drover-mark-gray": "#8a93a5",
  },
});
