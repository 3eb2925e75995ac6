import { type AddressBlock, addressBlock, parseDuration, Secret } from "@drover/kit";
import type { FailpointOrder } from "@drover/kit/node";
import type { Setting } from "./settings.ts";

export interface Listener {
  readonly host: string;
  readonly port: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads settings by their form and gathers what is wrong with them, so that a person is told everything at once. */
export class SettingReader {
  readonly problems: string[] = [];
  readonly #env: Env;
  readonly #readFile: (path: string) => string;

  constructor(env: Env, readFile: (path: string) => string) {
    this.#env = env;
    this.#readFile = readFile;
  }

  text(setting: Setting): string | undefined {
    return this.#env[setting.name] || setting.fallback;
  }

  required(setting: Setting): string {
    return this.text(setting) ?? "";
  }

  /** Given as itself, or as a file by the name with `_FILE`. */
  secret(setting: Setting): Secret | undefined {
    const file = this.#env[`${setting.name}_FILE`];
    const value = file === undefined ? this.text(setting) : this.#contents(setting, file);
    // Secrets that were made from files end with a line break, and no secret of ours does.
    return value === undefined ? undefined : new Secret(value.trim());
  }

  list(setting: Setting): readonly string[] | undefined {
    const items = this.text(setting)
      ?.split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
    for (const item of items ?? []) this.#mustBeKnown(setting, item);
    return items;
  }

  /** Blocks of addresses, like 10.0.0.0/8. */
  blocks(setting: Setting): readonly AddressBlock[] {
    return (this.list(setting) ?? []).flatMap((text) => {
      try {
        return [addressBlock(text)];
      } catch {
        this.problems.push(`${setting.name}: "${text}" is no block of addresses; write it like 10.0.0.0/8 or fd00::/8`);
        return [];
      }
    });
  }

  word(setting: Setting): string {
    const value = this.required(setting);
    this.#mustBeKnown(setting, value);
    return value;
  }

  listener(setting: Setting): Listener {
    const [, host = "", digits = ""] = /^(.+):(\d{1,5})$/.exec(this.required(setting)) ?? [];
    const port = Number(digits);
    if (host === "" || port > 65_535) this.problems.push(`${setting.name}: write host:port, such as ${setting.fallback}`);
    return { host, port };
  }

  count(setting: Setting): number {
    const text = this.required(setting);
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    this.problems.push(`${setting.name}: write a whole number from 1, such as ${setting.fallback}`);
    return 1;
  }

  durationMs(setting: Setting): number {
    try {
      return parseDuration(this.required(setting));
    } catch (error) {
      this.problems.push(`${setting.name}: ${(error as Error).message}`);
      return 0;
    }
  }

  /** An http:// or https:// URL, without the slash at its end. */
  url(setting: Setting): string | undefined {
    const text = this.text(setting);
    if (text !== undefined && !(URL.canParse(text) && /^https?:\/\//.test(text)))
      this.problems.push(`${setting.name}: write a URL such as https://drover.example.com`);
    return text?.replace(/\/+$/, "");
  }

  /** `<name>`, or `<name>:<n>` for its n-th passage. */
  failpoint<Name extends string>(setting: Setting, names: readonly Name[]): FailpointOrder<Name> | undefined {
    const text = this.text(setting);
    if (text === undefined) return undefined;
    const [, point, passage = "1"] = /^([^:]+)(?::([1-9]\d*))?$/.exec(text) ?? [];
    const name = names.find((known) => known === point);
    if (name !== undefined) return { name, passage: Number(passage) };
    this.problems.push(`${setting.name}: "${text}" is none of ${names.join(", ")}`);
    return undefined;
  }

  #contents(setting: Setting, file: string): string | undefined {
    try {
      return this.#readFile(file).trim();
    } catch {
      this.problems.push(`${setting.name}_FILE names ${file}, which cannot be read`);
      return undefined;
    }
  }

  #mustBeKnown({ name, words }: Setting, value: string): void {
    if (words && !words.includes(value)) this.problems.push(`${name}: "${value}" is none of ${words.join(", ")}`);
  }
}
