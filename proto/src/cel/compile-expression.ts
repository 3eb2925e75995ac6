import { type ASTNode, Environment } from "@marcbachmann/cel-js";

/** One CEL expression, ready to be evaluated again and again. */
export interface Expression {
  /** Throws what evaluating throws; whoever calls it limits its time. */
  evaluate(variables: Readonly<Record<string, unknown>>): unknown;
}

/**
 * What an expression may cost at the most. CEL always ends, but not soon, and the library counts no cost; so what multiplies is refused
 * here, and whoever evaluates it bounds the lists he hands in, and gives each evaluation little time.
 */
const maxNodes = 500;
const maxDepth = 32;
/** A macro in a macro, such as a condition of each of the pods, and no deeper. */
const maxNestedMacros = 2;

const macros = new Set(["all", "exists", "exists_one", "map", "filter"]);

const environmentOf = (variables: readonly string[] | undefined): Environment =>
  (variables ?? []).reduce(
    (environment, name) => environment.registerVariable(name, "dyn"),
    new Environment({
      unlistedVariablesAreDyn: variables === undefined,
      enableOptionalTypes: true,
      homogeneousAggregateLiterals: false,
      limits: { maxAstNodes: maxNodes, maxDepth },
    }),
  );

/** The members of an object differ from kind to kind. */
const anyVariables = environmentOf(undefined);

/** The expression, or why it is none that tells yes or no within bounds. Without `variables` it may speak of any. */
export function compileExpression(text: string, variables?: readonly string[]): Expression | { readonly problem: string } {
  try {
    const environment = variables === undefined ? anyVariables : environmentOf(variables);
    const parsed = environment.parse(text);
    const { valid, type, error } = parsed.check();
    if (!valid) return { problem: problemOf(error) };
    if (type !== "bool" && type !== "dyn") return { problem: `it is of type ${type ?? "unknown"}: write something that is true or false` };
    const problem = unbounded(parsed.ast, 0);
    return problem === undefined ? { evaluate: (variables) => parsed(variables) as unknown } : { problem };
  } catch (thrown) {
    return { problem: problemOf(thrown) };
  }
}

/** Without the picture of the expression that the library draws below it. */
const problemOf = (thrown: unknown): string => (thrown instanceof Error ? (thrown.message.split("\n", 1)[0] ?? "") : "it cannot be read");

/** What makes an expression grow with more than the square of its lists, or its values without end. */
function unbounded(node: ASTNode, around: number): string | undefined {
  if (node.op === "id" && node.args === "cel") return "cel.bind is not supported: write the value where it is used";
  const isMacro = node.op === "rcall" && macros.has(node.args[0]);
  if (isMacro && around >= maxNestedMacros) return `macros are nested more than ${maxNestedMacros} deep`;
  if (isMacro && node.args[0] === "map" && around > 0) return "map is used within another macro";
  for (const inner of nodesIn(node.args)) {
    const problem = unbounded(inner, isMacro ? around + 1 : around);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return isNode(args) ? [args] : [];
}

const isNode = (value: unknown): value is ASTNode => typeof value === "object" && value !== null && "op" in value && "args" in value;
