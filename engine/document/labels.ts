/** @file How a person knows a node or a member in a diagnostic: `Linear "fc1"`. */
import type { GraphNode, Member, MemberId } from "./document";
import { memberKind, type Library } from "./library";

const effectTitles = {
  backward: "Backward",
  update: "Update",
  optimizerStep: "OptimizerStep",
  zeroGrad: "ZeroGrad",
  inPlace: "In place",
} as const;

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The kind of a member as a title: "Linear", "Parameter". */
export function memberTitle(member: Member, library: Library): string {
  const kind = memberKind(member, library);
  if (kind.kind === "module") return kind.module.label;
  if (kind.kind === "optimizer") return kind.optimizer.label;
  if (kind.kind === "graph") return "Module";
  return capitalized(member.type.replace(/^(nn|optim)\./, ""));
}

/** `Linear "fc1"`, `Parameter "w"`. */
export function memberLabel(member: Member, library: Library): string {
  return `${memberTitle(member, library)} "${member.name}"`;
}

/** `Add "sum"`; a call goes by the module it calls. */
export function nodeLabel(node: GraphNode, members: ReadonlyMap<MemberId, Member>, library: Library): string {
  return `${nodeTitle(node, members, library)} "${node.name}"`;
}

function nodeTitle(node: GraphNode, members: ReadonlyMap<MemberId, Member>, library: Library): string {
  switch (node.kind) {
    case "op":
      return library.op(node.op)?.signature.label ?? node.op;
    case "effect":
      return effectTitles[node.effect.kind];
    case "call": {
      const member = members.get(node.member);
      return member ? memberTitle(member, library) : "Call";
    }
    case "apply":
      return "Function";
    default:
      return capitalized(node.kind);
  }
}
