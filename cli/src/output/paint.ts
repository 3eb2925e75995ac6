import { styleText } from "node:util";

type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

/** Whether colours are wanted: at a terminal whose owner has not said otherwise. */
export const wantsColours = (isTerminal: boolean, env: NodeJS.ProcessEnv): boolean => isTerminal && !env["NO_COLOR"];

export const paint = (colour: Colour, text: string, colours: boolean): string =>
  colours ? styleText(colour, text, { validateStream: false }) : text;
