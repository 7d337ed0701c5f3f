/** @file What a node's header and fields say: glyph, title, attribute chip, fields, the member it stands for. */
import {
  memberKind,
  visibleMembers,
  type ChainruleDocument,
  type GraphId,
  type GraphNode,
  type Library,
  type Member,
  type MemberId,
} from "@chainrule/engine/analysis";

export interface FieldView {
  readonly name: string;
  readonly value: string;
  /** Members that the field names, each a tag of its own. */
  readonly members?: readonly string[];
}

const effectTitles = {
  backward: ["∇", "Backward"],
  update: ["↓", "Update"],
  optimizerStep: ["↓", "Step"],
  zeroGrad: ["0", "Zero grad"],
  inPlace: ["_", "In place"],
} as const;

function printValue(value: unknown): string {
  if (typeof value === "number")
    return Math.abs(value) < 1e-3 && value !== 0
      ? value.toExponential().replace(/-/g, "−")
      : `${Number(value.toPrecision(6))}`.replace("-", "−");
  if (Array.isArray(value)) return `[${value.map(printValue).join(", ")}]`;
  return String(value);
}

/** What fits into a chip; a longer value is read in the inspector. */
const longestChip = 6;

function chipText(sign: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = sign + printValue(value);
  return text.length <= longestChip ? text : null;
}

export interface Face {
  readonly glyph: string;
  readonly title: string;
  readonly chip: string | null;
  readonly fields: readonly FieldView[];
  readonly member: MemberId | null;
}

const plain = (glyph: string, title: string, chip: string | null = null, fields: readonly FieldView[] = []): Face => ({
  glyph,
  title,
  chip,
  fields,
  member: null,
});

function memberFace(id: MemberId, member: Member | undefined, library: Library, document: ChainruleDocument): Face {
  if (member === undefined) return { ...plain("◆", id), member: id };
  const kind = memberKind(member, library);
  if (kind.kind === "parameter" || kind.kind === "buffer") return { ...plain("◆", member.name), member: id };
  if (kind.kind === "graph") return { ...plain("▣", document.graphs[kind.graph]?.name ?? member.name), member: id };
  if (kind.kind !== "module") return { ...plain("?", member.name), member: id };
  const fields = Object.entries(kind.module.attributes)
    .filter(([name, spec]) => spec.kind === "int" && (member.attrs[name] ?? spec.default) !== undefined)
    .map(([name, spec]) => ({ name, value: printValue(member.attrs[name] ?? spec.default) }));
  const { glyph, label: title, inputs } = kind.module;
  // One value in, one out: a picture of it says more than rows of sizes, which the inspector has.
  if (inputs.length <= 1) return { ...plain(glyph, title), member: id };
  return { glyph, title, chip: null, fields: fields.slice(0, 3), member: id };
}

/** How many members a field names before it only counts them. */
const mostTags = 4;

/** The parameters that stand in the graph itself; those inside modules have no short names here. */
function parametersOf(members: ReadonlyMap<MemberId, Member>): readonly MemberId[] {
  const found = [...members].filter(([, member]) => member.type !== "optim" && !member.type.startsWith("optim."));
  return found.every(([, member]) => member.type === "parameter") ? found.map(([id]) => id) : [];
}

function effectFace(node: GraphNode & { kind: "effect" }, members: ReadonlyMap<MemberId, Member>): Face {
  const { effect } = node;
  const [glyph, title] = effectTitles[effect.kind];
  switch (effect.kind) {
    case "update": {
      const named = effect.targets === "all" ? parametersOf(members) : effect.targets;
      const isShort = named.length > 0 && named.length <= mostTags;
      const targets: FieldView = {
        name: `p ← ${effect.formula.replace(/-/g, "−").replace(/\*/g, "·")}`,
        value: isShort ? "" : effect.targets === "all" ? "all" : String(named.length),
        members: isShort ? named.map((id) => members.get(id)?.name ?? id) : [],
      };
      const lr = effect.lr === undefined ? [] : [{ name: "lr", value: printValue(effect.lr) }];
      const clear = effect.thenClear === true ? [{ name: "then clear gradients", value: "✓" }] : [];
      return plain(glyph, title, null, [targets, ...lr, ...clear]);
    }
    case "optimizerStep": {
      const optimizer = members.get(effect.optimizer);
      const lr = optimizer?.attrs["lr"];
      const fields = lr === undefined ? [] : [{ name: "lr", value: printValue(lr) }];
      return {
        ...plain(glyph, title, optimizer?.type.replace("optim.", "") ?? null, fields),
        member: effect.optimizer,
      };
    }
    case "zeroGrad":
      return plain(glyph, title);
    case "backward":
      return plain(glyph, title, effect.retainGraph === true ? "retain" : null);
    case "inPlace":
      return plain(glyph, `${effect.op}_`);
  }
}

function countText(count: (GraphNode & { kind: "repeat" })["count"]): string {
  switch (count.kind) {
    case "constant":
      return `× ${count.value}`;
    case "randint":
      return `randint(${count.low}, ${count.high})`;
    case "list":
      return `over [${count.values.join(", ")}]`;
    case "value":
      return "× count";
  }
}

/** The face of a node of a graph. */
export function faceOf(document: ChainruleDocument, graph: GraphId, node: GraphNode, library: Library): Face {
  const members = visibleMembers(document, graph);
  switch (node.kind) {
    case "op": {
      const signature = library.op(node.op)?.signature;
      if (signature === undefined) return plain("?", node.op);
      const chip = signature.chip === undefined ? undefined : node.attrs[signature.chip];
      const sign = signature.chip === "min" ? "≥ " : "";
      return plain(signature.glyph, signature.label, chipText(sign, chip));
    }
    case "call":
      return memberFace(node.member, members.get(node.member), library, document);
    case "apply":
      return plain("ƒ", document.functions[node.function]?.name ?? node.function);
    case "repeat":
      return plain("↻", "Repeat", countText(node.count));
    case "branch":
      return plain("⋔", "Branch");
    case "expression":
      return plain("=", node.formula.replace(/\*\*/g, "^"));
    case "effect":
      return effectFace(node, members);
    case "input":
      return plain("→", node.port);
    case "output":
      return plain("←", node.port);
    case "save":
      return plain("↧", "save", node.as);
    case "reroute":
      return plain("", "");
    case "unknown":
      return plain("?", node.name);
  }
}
