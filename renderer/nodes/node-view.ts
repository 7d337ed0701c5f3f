/** @file How a node looks, derived from the document and the declarations: form, size, ports, title. Nothing is stored. */
import {
  portsOf,
  visibleMembers,
  type ChainruleDocument,
  type DType,
  type Graph,
  type GraphId,
  type GraphNode,
  type Library,
  type MemberId,
  type NodeId,
} from "@chainrule/engine/analysis";
import { faceOf, type FieldView } from "./node-face";
import { headerHeight, heightOf, portRows, widthOf } from "./node-size";
import { isShared } from "./member-uses";
import { ellipsize } from "./text-width";

/** Shape of a port, which is its kind; its colour is the dtype. */
export type PortKind = "value" | "parameter" | "grad" | "order";

export interface PortView {
  readonly name: string;
  readonly side: "input" | "output";
  /** Pixels below the node's top. */
  readonly y: number;
  readonly kind: PortKind;
  readonly required: boolean;
  /** Nothing needs to be connected, and nothing is: shown when the node is looked at, or while an edge is drawn. */
  readonly isFree: boolean;
  /** A plain number may stand here instead of an edge. */
  readonly scalar: boolean;
}

/**
 * bare: ports beside a preview · rows: a row per port, fields, a preview · parameter: name, value, gradient ·
 * effect: what it does, line by line · port: a graph's own input or output · region: a body drawn in place ·
 * terminal: a port of a region, from inside.
 */
export type NodeForm = "bare" | "rows" | "parameter" | "effect" | "port" | "reroute" | "region" | "terminal";

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
  /** The member works in several places. */
  readonly shared: boolean;
  /** The shared member's name, worn as a badge. */
  readonly badge: string | null;
  /** It stands for a graph of the document, which can be drawn in place. */
  readonly opens: boolean;
  /** Position in the graph's effects, from 1. */
  readonly order: number | null;
  readonly node: GraphNode;
}

const stateTypes: readonly string[] = ["parameter", "buffer"];
/** How many inputs a node may have and still show no names beside them. */
const mostBareInputs = 3;

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
    default:
      if (isState) return "parameter";
      return inputs.length <= mostBareInputs && outputs.length <= 1 ? "bare" : "rows";
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
  const isState = member !== undefined && stateTypes.includes(member.type);
  const wired = (graph?.edges ?? []).filter((edge) => edge.to[0] === id).map((edge) => edge.to[1]);
  // A number written in the inspector stands where an edge would.
  const isOpen = ({ name, required }: { readonly name: string; readonly required: boolean }): boolean =>
    required && !(node.kind === "op" && node.attrs[name] !== undefined);
  const isMain = (port: { readonly name: string; readonly required: boolean }): boolean =>
    isOpen(port) || wired.includes(port.name);
  const main = [
    ...found.inputs.filter(isMain).map((port) => port.name),
    // Ports that only an edge knows of stay visible, so that the edge has an end and a diagnostic a place.
    ...wired.filter((name) => !found.inputs.some((port) => port.name === name)),
  ];
  const free = found.inputs.filter((port) => !isMain(port)).map((port) => port.name);
  const inputs = [...main, ...free];
  const outputs = node.kind === "reroute" ? ["out"] : found.outputs;
  const form = formOf(node, isState, main, outputs);
  const face = faceOf(document, graphId, node, library);
  const title = ellipsize(face.title, "title", form === "effect" ? 180 : 150);
  const label = node.label ?? (node.kind === "call" && !isState ? (member?.name ?? null) : null);
  const shared = face.member !== null && isShared(document, graphId, face.member);
  const badge = shared ? label : null;
  const shown = form === "parameter" || badge !== null ? null : label;
  const collapsed = node.flags?.collapsed === true && form !== "reroute";
  const rows = portRows(collapsed ? "port" : form, { main: main.length, free: free.length }, outputs.length);
  const kind: PortKind = isState ? "parameter" : "value";
  const opens =
    ["repeat", "branch", "apply"].includes(node.kind) ||
    (node.kind === "call" && member?.type.startsWith("graph:") === true);
  const icons = Object.values(node.flags ?? {}).filter((flag) => flag === true).length;
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
    badge,
    width: widthOf({
      form,
      face,
      title,
      label: shown,
      portNames: [...inputs, ...outputs],
      badge,
      shared,
      opens,
      icons,
    }),
    height: collapsed
      ? headerHeight
      : heightOf(form, Math.max(form === "rows" ? inputs.length : main.length, outputs.length, 1), face.fields.length),
    ports: [
      ...inputs.map((name, i): PortView => {
        const port = found.inputs.find((candidate) => candidate.name === name);
        return {
          name,
          side: "input",
          y: rows.inputs[i] ?? 13,
          kind: "value",
          required: port !== undefined && isOpen(port),
          isFree: i >= main.length && form !== "rows",
          scalar: port?.scalar ?? false,
        };
      }),
      ...outputs.map((name, i): PortView => ({
        name,
        side: "output",
        y: rows.outputs[i] ?? 13,
        kind: node.kind === "effect" && node.effect.kind === "backward" ? "grad" : kind,
        required: false,
        isFree: false,
        scalar: false,
      })),
    ],
    fields: face.fields,
    member: face.member,
    shared,
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
