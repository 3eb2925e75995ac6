import { InvalidArgumentError } from "commander";

/** For commander: a number of things. */
export function integerOption(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("write a whole number");
  return Number(text);
}
