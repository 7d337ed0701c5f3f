/** @file What a node computes, in formulas: its own op's or module's, whatever primitives that is made of. */
import {
  formulasOf,
  memberKind,
  visibleMembers,
  type ChainruleDocument,
  type GraphId,
  type GraphNode,
  type Library,
} from "@chainrule/engine/analysis";

export interface NodeMaths {
  readonly summary: string;
  readonly formula: string;
  /** One rule for each operand, in their order. */
  readonly gradientFormula: string;
  /** Input ports in the order of the rules. */
  readonly operands: readonly string[];
  /** Each element of the result depends on that element of the operands alone. */
  readonly isElementwise: boolean;
}

/** Null for nodes that are declared without a formula. */
export function mathsOf(
  library: Library,
  document: ChainruleDocument,
  graph: GraphId,
  node: GraphNode,
): NodeMaths | null {
  if (node.kind === "op") {
    const signature = library.op(node.op)?.signature;
    if (signature === undefined) return null;
    const { summary, category, attributes, operands } = signature;
    return {
      ...formulasOf(signature, node.attrs),
      summary,
      operands: operands.map(({ name }) => name),
      isElementwise: category === "pointwise" || (category === "activation" && !("dim" in attributes)),
    };
  }
  const member = node.kind === "call" ? visibleMembers(document, graph).get(node.member) : undefined;
  const kind = member === undefined ? null : memberKind(member, library);
  if (member === undefined || kind?.kind !== "module") return null;
  const { summary, category, attributes, inputs } = kind.module;
  return {
    ...formulasOf(kind.module, member.attrs),
    summary,
    operands: inputs,
    isElementwise: category === "activation" && !("dim" in attributes),
  };
}
