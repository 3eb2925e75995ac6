/** One step of a path, as kubectl's JSONPath has them. */
export type Step =
  | { readonly kind: "field"; readonly names: readonly string[] }
  | { readonly kind: "wildcard" }
  | { readonly kind: "descend" }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number; readonly by: number }
  | { readonly kind: "filter"; readonly left: Operand; readonly test?: { readonly operator: Operator; readonly right: Operand } };

/** `root`: from the whole object, whatever surrounds it. */
export interface Path {
  readonly root: boolean;
  readonly steps: readonly Step[];
}

export type Operand = { readonly path: Path } | { readonly value: unknown };
export type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Everything that the path names, in order. What is not there is left out. */
export function findAll({ root: fromRoot, steps }: Path, value: unknown, root: unknown): readonly unknown[] {
  let found: readonly unknown[] = [fromRoot ? root : value];
  for (const step of steps) found = found.flatMap((one) => take(step, one, root));
  return found;
}

function take(step: Step, value: unknown, root: unknown): readonly unknown[] {
  switch (step.kind) {
    case "field":
      return step.names.flatMap((name) => member(value, name));
    case "wildcard":
      return children(value);
    case "descend":
      return [value, ...children(value).flatMap((child) => take(step, child, root))];
    case "indexes":
      return Array.isArray(value) ? step.indexes.flatMap((index) => at(value, index)) : [];
    case "slice":
      return Array.isArray(value) ? slice(value, step) : [];
    case "filter":
      return children(value).filter((child) => holds(step, child, root));
  }
}

const children = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : typeof value === "object" && value !== null ? Object.values(value) : [];

const member = (value: unknown, name: string): readonly unknown[] =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? [(value as Readonly<Record<string, unknown>>)[name]] : [];

const at = (list: readonly unknown[], index: number): readonly unknown[] => {
  const place = index < 0 ? list.length + index : index;
  return place in list ? [list[place]] : [];
};

function slice(list: readonly unknown[], { from = 0, to, by }: Extract<Step, { kind: "slice" }>): readonly unknown[] {
  return list.slice(from, to).filter((_item, index) => index % by === 0);
}

function holds({ left, test }: Extract<Step, { kind: "filter" }>, value: unknown, root: unknown): boolean {
  const [first] = operands(left, value, root);
  if (test === undefined) return first !== undefined;
  const [second] = operands(test.right, value, root);
  if (first === undefined || second === undefined) return false;
  return compare[test.operator](first as number, second as number);
}

const operands = (operand: Operand, value: unknown, root: unknown): readonly unknown[] =>
  "path" in operand ? findAll(operand.path, value, root) : [operand.value];

// Of one type both, as JSON has them: text is compared as text.
const compare: Readonly<Record<Operator, (left: number, right: number) => boolean>> = {
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};
