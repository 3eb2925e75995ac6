import { type CSSVariablesResolver, createTheme, defaultVariantColorsResolver } from "@mantine/core";

/** Mantine as it comes, with the contrast that WCAG AA asks for in both schemes. */
export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  defaultRadius: "md",
  fontFamily: "system-ui, sans-serif",
  // Status words are spelled as everywhere else, not in capitals, and never cut short.
  components: { Badge: { defaultProps: { tt: "none", miw: "max-content" } } },
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const color = input.color ?? input.theme.primaryColor;
    if (input.variant !== "light" || input.theme.colors[color] === undefined) return colors;
    return { ...colors, color: `light-dark(var(--mantine-color-${color}-9), var(--mantine-color-${color}-2))` };
  },
});

export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
    "--mantine-color-error": colors.red[9],
    "--mantine-color-yellow-9": "#8a5200",
    "--mantine-color-orange-9": "#8a3a00",
    "--mantine-color-teal-9": "#05603f",
    "--drover-ground": colors.gray[0],
  },
  dark: {
    "--mantine-color-placeholder": colors.dark[2],
    "--mantine-color-dimmed": colors.dark[1],
    "--mantine-color-error": colors.red[5],
    "--drover-ground": colors.dark[8],
  },
});
