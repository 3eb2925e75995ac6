import { DroverError } from "@drover/kit";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";

/**
 * A function that checks a value against `schema` and answers it typed. Unknown members are ignored: agents and servers may
 * differ by two versions. Throws `invalid` with `code`, naming the first member that is wrong, never its value.
 */
export function compileReader<Schema extends TSchema>(schema: Schema, code: string, what: string): (value: unknown) => Static<Schema> {
  const compile = () => Compile(schema);
  let compiled: ReturnType<typeof compile> | undefined; // by the first message: no program reads all, and each takes memory
  return (value) => {
    const validator = (compiled ??= compile());
    if (validator.Check(value)) return value as Static<Schema>;
    const [first] = validator.Errors(value);
    throw new DroverError("invalid", code, `read ${what}: ${first ? `${first.instancePath || "/"} ${first.message}` : "wrong shape"}`);
  };
}
