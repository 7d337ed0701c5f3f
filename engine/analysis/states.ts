/** @file The parameters and buffers below a member, with their types: what learns, and what targets mean. */
import { defaultDType, type ChainruleDocument, type GraphId, type Member, type MemberId } from "../document/document";
import { memberKind, own, type Library } from "../document/library";
import { attribute, parseAttributes } from "../ir/attribute";
import { isFloat } from "../ir/dtype";
import { nestedShape } from "../ir/nested-numbers";
import { refuse } from "../ir/refusal";
import { checkSize, sameShape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";

export interface State {
  /** Ids below the member, such as `linear1/weight`. */
  readonly path: readonly string[];
  /** Names below the member, as in a state_dict. */
  readonly names: readonly string[];
  readonly type: TensorType;
  readonly learns: boolean;
}

const content = attribute.tensor();
const shapeAttribute = attribute.shape();
const dtypeAttribute = attribute.dtype();
const boolAttribute = attribute.bool();

/** The type of a parameter or buffer; refuses attributes and content that do not fit. */
export function stateOf(member: Member): State {
  const { shape: writtenShape, dtype: writtenDType, requiresGrad, ...others } = member.attrs;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    refuse("attribute.unknown", { attribute: unknown, known: "shape, dtype, requiresGrad" });
  }
  const dtype = writtenDType === undefined ? defaultDType : dtypeAttribute.parse(writtenDType, "dtype");
  const wanted = requiresGrad === undefined ? isFloat(dtype) : boolAttribute.parse(requiresGrad, "requiresGrad");
  const learns = member.type === "parameter" && wanted;
  if (learns && !isFloat(dtype)) refuse("leaf.dtype", { dtype });
  const found =
    member.init?.kind === "constant" ? nestedShape(content.parse(member.init.value, "value"), "value") : null;
  const shape = writtenShape === undefined ? (found ?? []) : shapeAttribute.parse(writtenShape, "shape");
  if (found && found.length > 0 && !sameShape(found, shape)) {
    refuse("member.content", { found, expected: shape });
  }
  checkSize(shape);
  return { path: [], names: [], type: { dtype, shape }, learns };
}

const depthLimit = 100;
const knownStates = new WeakMap<Member, readonly State[]>();

/** Parameters and buffers below a member, a module's own before its children's. Refuses what is not declared. */
export function statesOf(
  document: ChainruleDocument,
  member: Member,
  library: Library,
  around: readonly GraphId[] = [],
): readonly State[] {
  if (around.length > depthLimit) refuse("graph.unfolds", { limit: depthLimit, depth: depthLimit });
  const kind = memberKind(member, library);
  const below = (step: string, name: string, states: readonly State[]): State[] =>
    states.map((state) => ({ ...state, path: [step, ...state.path], names: [name, ...state.names] }));
  switch (kind.kind) {
    case "graph": {
      const graph = own(document.graphs, kind.graph);
      if (!graph) refuse("graph.missing", { graph: kind.graph });
      if (around.includes(kind.graph)) {
        const names = [...around, kind.graph].map((id) => own(document.graphs, id)?.name ?? id);
        refuse("graph.recursive", { graphs: names.join(" → ") });
      }
      const entries = Object.entries(graph.members);
      const states = (own_: boolean) =>
        entries
          .filter(([, inner]) => ["parameter", "buffer"].includes(inner.type) === own_)
          .flatMap(([id, inner]) => below(id, inner.name, statesOf(document, inner, library, [...around, kind.graph])));
      return [...states(true), ...states(false)];
    }
    case "parameter":
    case "buffer":
    case "module": {
      const known = knownStates.get(member);
      if (known) return known;
      const states =
        kind.kind !== "module"
          ? [stateOf(member)]
          : kind.module.container
            ? (member.children ?? []).flatMap((child, i) =>
                below(String(i), String(i), statesOf(document, child, library, [...around, ""])),
              )
            : kind.module.state(parseAttributes(kind.module.attributes, member.attrs)).map((spec) => ({
                path: [spec.name],
                names: [spec.name],
                type: { dtype: spec.dtype, shape: spec.shape },
                learns: spec.kind === "parameter" && isFloat(spec.dtype),
              }));
      // A container's children may be module graphs, whose states are those of the document.
      if (!(kind.kind === "module" && kind.module.container)) knownStates.set(member, states);
      return states;
    }
    case "optimizer":
      return [];
    case "unknown":
      return refuse("member.type", { type: member.type });
  }
}

/** The states that a target path means, from a graph and the members it sees; null where it means nothing. */
export function statesOfTarget(
  document: ChainruleDocument,
  members: ReadonlyMap<MemberId, Member>,
  target: string,
  library: Library,
): readonly State[] | null {
  const [first, ...rest] = target.split(/[./]/);
  const entry = [...members].find(([id, member]) => id === first || member.name === first);
  const matches = (state: State, path: readonly string[]) =>
    path.every((step, i) => state.path[i] === step || state.names[i] === step);
  if (entry) {
    const states = statesOf(document, entry[1], library).filter((state) => matches(state, rest));
    if (states.length > 0) return states;
  }
  // A state_dict name: that of the root's only module is left out.
  const root = own(document.graphs, document.root);
  for (const member of Object.values(root?.members ?? {})) {
    const found = statesOf(document, member, library).filter((state) => state.names.join(".") === target);
    if (found.length > 0) return found;
  }
  return null;
}
