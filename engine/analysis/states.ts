/** @file The parameters and buffers below a member, with their types: what learns, and what targets mean. */
import { defaultDType, type ChainruleDocument, type GraphId, type Member, type MemberId } from "../document/document";
import { memberKind, own, type Library } from "../document/library";
import { bodiesOf, bodyKey, bodyNames } from "../document/regions";
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

/** Those of a graph: its members' own first, then those of modules, then those of the bodies that its nodes own. */
export function statesOfGraph(
  document: ChainruleDocument,
  id: GraphId,
  library: Library,
  around: readonly GraphId[] = [],
): readonly State[] {
  const graph = own(document.graphs, id);
  if (!graph) refuse("graph.missing", { graph: id });
  if (around.length > depthLimit) refuse("graph.unfolds", { limit: depthLimit, depth: depthLimit });
  if (around.includes(id)) {
    const names = [...around, id].map((each) => own(document.graphs, each)?.name ?? each);
    refuse("graph.recursive", { graphs: names.join(" → ") });
  }
  const inside = [...around, id];
  const entries = Object.entries(graph.members);
  const states = (tensors: boolean) =>
    entries
      .filter(([, inner]) => ["parameter", "buffer"].includes(inner.type) === tensors)
      .flatMap(([key, inner]) => below(key, inner.name, statesOf(document, inner, library, inside)));
  const names = bodyNames(graph);
  const bodies = Object.entries(graph.nodes).flatMap(([node, placed]) =>
    bodiesOf(placed).flatMap((body) =>
      below(node, names.get(bodyKey(node, body)) ?? placed.name, statesOfGraph(document, body, library, inside)),
    ),
  );
  return [...states(true), ...states(false), ...bodies];
}

function below(step: string, name: string, states: readonly State[]): State[] {
  return states.map((state) => ({ ...state, path: [step, ...state.path], names: [name, ...state.names] }));
}

/** Parameters and buffers below a member, a module's own before its children's. Refuses what is not declared. */
export function statesOf(
  document: ChainruleDocument,
  member: Member,
  library: Library,
  around: readonly GraphId[] = [],
): readonly State[] {
  if (around.length > depthLimit) refuse("graph.unfolds", { limit: depthLimit, depth: depthLimit });
  const kind = memberKind(member, library);
  switch (kind.kind) {
    case "graph":
      return statesOfGraph(document, kind.graph, library, around);
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
  if (!own(document.graphs, document.root)) return null;
  // A state_dict name: that of the root's only module is left out.
  const all = statesOfGraph(document, document.root, library);
  const named = (state: State): boolean =>
    [state.names, state.names.slice(1)].some((names) => names.join(".") === target);
  const found = all.filter(named);
  return found.length > 0 ? found.slice(0, 1) : null;
}
