import type { DescMethod, Message } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import { type OperationId, routeTable } from "@drover/proto/rest";
import { toMessage } from "./words.ts";

/**
 * Turns answers of the operation into the method's response. A response whose fields are the answer's members is the answer; any other
 * has one field for it, an item or the items of a list, and what a page says besides.
 */
export function answerWriter(operation: OperationId, { output }: DescMethod): (answer: object) => Message {
  const field = answerField(
    operation,
    output.fields.map(({ jsonName }) => jsonName),
  );
  return (answer) => {
    if (field === undefined) return toMessage(output, answer);
    const { items, ...page } = answer as { readonly items?: unknown };
    return toMessage(output, items === undefined ? { [field]: answer } : { [field]: items, ...page });
  };
}

/** Undefined where the response is the answer itself. */
function answerField(operation: OperationId, fields: readonly string[]): string | undefined {
  const { answer } = routeTable[operation];
  const members = Object.keys((answer as { properties?: object } | undefined)?.properties ?? {});
  const [only] = fields;
  if (only !== undefined && fields.length === 1) return members.length === 1 && members.includes(only) ? undefined : only;
  const [field, ...others] = fields.filter((name) => !members.includes(name));
  if (others.length === 0) return field;
  throw new DroverError("internal", "INTERNAL", `the response of ${operation} has no single field for the answer: ${fields.join(", ")}`);
}
