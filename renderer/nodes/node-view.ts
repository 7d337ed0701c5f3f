/** @file How a node looks, derived from the document and the declarations: form, size, ports, title. Nothing is stored. */
import {
  memberKind,
  portsOf,
  visibleMembers,
  type ChainruleDocument,
  type DType,
  type Graph,
  type GraphId,
  type GraphNode,
  type Library,
  type Member,
  type MemberId,
  type NodeId,
} from "@chainrule/engine/analysis";
import { ellipsize, textWidth } from "./text-width";

/** Shape of a port, which is its kind; its colour is the dtype. */
export type PortKind = "value" | "parameter" | "grad" | "order";

export interface PortView {
  readonly name: string;
  readonly side: "input" | "output";
  /** Pixels below the node's top. */
  readonly y: number;
  readonly kind: PortKind;
  readonly required: boolean;
  /** A plain number may stand here instead of an edge. */
  readonly scalar: boolean;
}

/**
 * bare: ports beside a preview · rows: a row per port, fields, a preview · parameter: name, value, gradient ·
 * effect: what it does, line by line · port: a graph's own input or output · region: a body drawn in place ·
 * terminal: a port of a region, from inside.
 */
export type NodeForm = "bare" | "rows" | "parameter" | "effect" | "port" | "reroute" | "region" | "terminal";

export interface FieldView {
  readonly name: string;
  readonly value: string;
}

export interface NodeView {
  readonly id: NodeId;
  readonly graph: GraphId;
  readonly form: NodeForm;
  readonly glyph: string;
  readonly title: string;
  /** The title without its ellipsis. */
  readonly fullTitle: string;
  readonly chip: string | null;
  readonly label: string | null;
  readonly width: number;
  readonly height: number;
  readonly ports: readonly PortView[];
  readonly fields: readonly FieldView[];
  readonly member: MemberId | null;
  /** How many nodes use the member, where more than one does. */
  readonly uses: number;
  /** It stands for a graph of the document, which can be drawn in place. */
  readonly opens: boolean;
  /** Position in the graph's effects, from 1. */
  readonly order: number | null;
  readonly node: GraphNode;
}

/** In a parameter beside its name: border, diamond, gaps, and −0.01011 at 12 px. */
const parameterRest = 3 + 8 + 9 + 6 + 8 + 62 + 8;
export const headerHeight = 26;
export const rowHeight = 20;
const fieldHeight = 24;
const bareBody = 48;
const barePorts: ReadonlySet<string> = new Set(["input", "other", "out", "self", "exponent", "target"]);

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

interface Face {
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

function effectFace(node: GraphNode & { kind: "effect" }, members: ReadonlyMap<MemberId, Member>): Face {
  const { effect } = node;
  const [glyph, title] = effectTitles[effect.kind];
  switch (effect.kind) {
    case "update": {
      const targets = effect.targets === "all" ? "all" : effect.targets.join(" ");
      const lr = effect.lr === undefined ? [] : [{ name: "lr", value: printValue(effect.lr) }];
      const clear = effect.thenClear === true ? [{ name: "then clear gradients", value: "✓" }] : [];
      return plain(glyph, title, null, [
        { name: `p ← ${effect.formula.replace(/-/g, "−").replace(/\*/g, "·")}`, value: targets },
        ...lr,
        ...clear,
      ]);
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

function faceOf(
  document: ChainruleDocument,
  members: ReadonlyMap<MemberId, Member>,
  node: GraphNode,
  library: Library,
): Face {
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

function formOf(node: GraphNode, isState: boolean, inputs: readonly string[], outputs: readonly string[]): NodeForm {
  switch (node.kind) {
    case "reroute":
      return "reroute";
    case "input":
    case "output":
    case "save":
      return "port";
    case "effect":
      return node.effect.kind === "inPlace" ? "bare" : "effect";
    case "repeat":
    case "branch":
      return "rows";
    case "call":
      if (isState) return "parameter";
      break;
    default:
      break;
  }
  const isBare =
    inputs.length <= 2 && outputs.length === 1 && [...inputs, ...outputs].every((name) => barePorts.has(name));
  return isBare || inputs.length === 0 || (node.kind === "op" && inputs.length <= 2) ? "bare" : "rows";
}

interface Sized {
  readonly form: NodeForm;
  readonly face: Face;
  readonly title: string;
  readonly label: string | null;
  readonly portNames: readonly string[];
  /** It wears the badge of a shared member. */
  readonly shared: boolean;
  /** It wears the button that opens it. */
  readonly opens: boolean;
}

function widthOf({ form, face, title, label, portNames, shared, opens }: Sized): number {
  if (form === "reroute") return 8;
  // Diamond, name, the widest number there is room for, edges.
  if (form === "parameter") return Math.max(96, Math.ceil((textWidth(title, "title") + parameterRest) / 4) * 4);
  const chip = face.chip === null ? 0 : textWidth(face.chip, "mono") + 14;
  const side = label === null ? 0 : textWidth(label, "label") + 7;
  const glyph = Math.max(0, textWidth(face.glyph, "mono") - 16);
  const badges = (form === "effect" ? 24 : 0) + (shared ? 19 : 0) + (opens ? 17 : 0);
  const header = 54 + glyph + textWidth(title, "title") + chip + side + badges;
  const fields = Math.max(
    0,
    ...face.fields.map((field) => textWidth(field.name, "label") + textWidth(field.value, "mono") + 44),
  );
  const rows = form === "rows" ? 2 * Math.max(0, ...portNames.map((name) => textWidth(name, "label"))) + 46 : 0;
  const least = form === "effect" ? 132 : form === "port" ? 64 : 84;
  const most = form === "effect" ? 280 : 240;
  return Math.min(Math.max(least, Math.ceil(Math.max(header, fields, rows) / 4) * 4), most);
}

function portRows(form: NodeForm, inputs: readonly string[], outputs: readonly string[]) {
  const spread = (names: readonly string[]): readonly number[] => {
    switch (form) {
      case "bare":
        return names.map((_, i) => headerHeight + Math.round((bareBody * (i + 1)) / (names.length + 1)));
      case "parameter":
        return names.map(() => 14);
      case "port":
        return names.map(() => 13);
      case "reroute":
      case "terminal":
        return names.map(() => 4);
      case "effect":
        return names.map((_, i) => 13 + i * rowHeight);
      case "rows":
      case "region":
        return names.map((_, i) => headerHeight + 4 + rowHeight * i + rowHeight / 2);
    }
  };
  return { inputs: spread(inputs), outputs: spread(outputs) };
}

function heightOf(form: NodeForm, rows: number, fields: number): number {
  switch (form) {
    case "reroute":
    case "terminal":
      return 8;
    case "port":
      return 26;
    case "parameter":
      return 46;
    case "bare":
      return headerHeight + bareBody;
    case "effect":
      return headerHeight + Math.max(fields * fieldHeight + (fields > 0 ? 6 : 0), (rows - 1) * rowHeight);
    case "rows":
    case "region":
      return headerHeight + 4 + rows * rowHeight + fields * fieldHeight + 46;
  }
}

/** The view of one node. */
export function viewNode(
  document: ChainruleDocument,
  graphId: GraphId,
  id: NodeId,
  node: GraphNode,
  library: Library,
): NodeView {
  const graph: Graph | undefined = document.graphs[graphId];
  const members = visibleMembers(document, graphId);
  const found = portsOf(document, graphId, node, library);
  const member = node.kind === "call" ? members.get(node.member) : undefined;
  const isState = member !== undefined && ["parameter", "buffer"].includes(member.type);
  const wired = (graph?.edges ?? []).filter((edge) => edge.to[0] === id).map((edge) => edge.to[1]);
  // Ports that only an edge knows of stay visible, so that the edge has an end and a diagnostic a place.
  const inputs = [
    ...found.inputs.map((port) => port.name),
    ...wired.filter((name) => !found.inputs.some((port) => port.name === name)),
  ];
  const outputs = node.kind === "reroute" ? ["out"] : found.outputs;
  const form = formOf(node, isState, inputs, outputs);
  const face = faceOf(document, members, node, library);
  const title = ellipsize(face.title, "title", form === "effect" ? 180 : 150);
  const label = node.label ?? (node.kind === "call" && !isState ? (member?.name ?? null) : null);
  const shown = form === "parameter" ? null : label;
  const collapsed = node.flags?.collapsed === true && form !== "reroute";
  const rows = portRows(collapsed ? "port" : form, inputs, outputs);
  const kind: PortKind = isState ? "parameter" : "value";
  const uses =
    face.member === null || graph === undefined
      ? 1
      : Object.values(graph.nodes).filter((other) => other.kind === "call" && other.member === face.member).length;
  const opens =
    ["repeat", "branch", "apply"].includes(node.kind) ||
    (node.kind === "call" && member?.type.startsWith("graph:") === true);
  const order = node.kind === "effect" ? (graph?.effects.indexOf(id) ?? -1) + 1 : 0;
  return {
    id,
    graph: graphId,
    form,
    glyph: face.glyph,
    title,
    fullTitle: face.title,
    chip: face.chip,
    label: shown,
    width: widthOf({ form, face, title, label: shown, portNames: [...inputs, ...outputs], shared: uses > 1, opens }),
    height: collapsed ? headerHeight : heightOf(form, Math.max(inputs.length, outputs.length, 1), face.fields.length),
    ports: [
      ...inputs.map((name, i): PortView => {
        const port = found.inputs.find((candidate) => candidate.name === name);
        return {
          name,
          side: "input",
          y: rows.inputs[i] ?? 13,
          kind: "value",
          required: port?.required === true && !(node.kind === "op" && node.attrs[name] !== undefined),
          scalar: port?.scalar ?? false,
        };
      }),
      ...outputs.map((name, i): PortView => ({
        name,
        side: "output",
        y: rows.outputs[i] ?? 13,
        kind: node.kind === "effect" && node.effect.kind === "backward" ? "grad" : kind,
        required: false,
        scalar: false,
      })),
    ],
    fields: face.fields,
    member: face.member,
    uses,
    opens,
    order: order > 0 ? order : null,
    node,
  };
}

/** The dtype's token: what fills a port. */
export function dtypeToken(dtype: DType | null): "float" | "int" | "bool" {
  if (dtype === "bool") return "bool";
  return dtype === "int32" || dtype === "int64" ? "int" : "float";
}
