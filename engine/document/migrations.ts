/** @file Migrations: each turns the raw JSON of one version into that of the next. Declared once, in order. */
import { asRecord } from "./raw";

type Raw = Readonly<Record<string, unknown>>;

interface Migration {
  readonly from: number;
  /** What changed in the format, for the log. */
  readonly summary: string;
  migrate(document: Raw): Raw;
}

/** Every migration; the one at index n starts from version n. */
export const migrations: readonly Migration[] = [
  {
    from: 0,
    summary: "Edges were strings, parameters stood inside nodes, and the order of draws was the order of nodes.",
    migrate: (document) => ({ ...document, graphs: mapEntries(document["graphs"], membersFromNodes) }),
  },
];

/** The raw document brought from `version` to the newest one. */
export function migrate(document: Raw, version: number): Raw {
  return migrations.slice(version).reduce((raw, step) => ({ ...step.migrate(raw), version: step.from + 1 }), document);
}

function mapEntries(value: unknown, change: (entry: Raw) => unknown): unknown {
  const record = asRecord(value);
  if (record === null) return value;
  return Object.fromEntries(Object.entries(record).map(([id, entry]) => [id, change(asRecord(entry) ?? {})]));
}

/** Ops that drew from the generator in version 0. */
const drawing = new Set(["rand", "randn", "randint", "randperm"]);

/**
 * Version 0 → 1 of a graph. `"x.out->mul.input"` becomes an edge with two ends; a node of kind "parameter" becomes a
 * member, which owns the state, and a node that reads it; what draws is listed in the order in which nodes stood.
 */
function membersFromNodes(graph: Raw): Raw {
  const members: Record<string, unknown> = {};
  const draws: string[] = [];
  const nodes: Record<string, unknown> = {};
  for (const [id, value] of Object.entries(asRecord(graph["nodes"]) ?? {})) {
    const node = asRecord(value);
    if (node?.["kind"] !== "parameter") {
      nodes[id] = value;
      if (drawing.has(String(node?.["op"])) && node?.["draw"] !== "each step") draws.push(id);
      continue;
    }
    const { kind: _, shape, dtype, init, ...rest } = node;
    const member = `${id}_state`;
    members[member] = {
      name: node["name"],
      type: "parameter",
      attrs: { shape: shape ?? [], ...(dtype === undefined ? {} : { dtype }) },
      init: init ?? { kind: "zeros" },
    };
    nodes[id] = { ...rest, kind: "call", member };
    draws.push(member);
  }
  const edges = Array.isArray(graph["edges"]) ? graph["edges"].map(splitEdge) : graph["edges"];
  return { ...graph, members: { ...members, ...asRecord(graph["members"]) }, draws, nodes, edges };
}

function splitEdge(edge: unknown): unknown {
  const parts = typeof edge === "string" ? /^([^.]+)\.([^.]+)->([^.]+)\.([^.]+)$/.exec(edge) : null;
  return parts === null ? edge : { from: [parts[1], parts[2]], to: [parts[3], parts[4]] };
}
