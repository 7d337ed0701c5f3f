/** @file The document: what a person builds and a `.chainrule` file holds (design.md §4). Plain JSON data, immutable. */
import type { DType } from "../ir/dtype";

export type GraphId = string & { readonly __brand?: "GraphId" };
export type NodeId = string & { readonly __brand?: "NodeId" };
export type MemberId = string & { readonly __brand?: "MemberId" };
export type FunctionId = string & { readonly __brand?: "FunctionId" };
export type ResourceId = string & { readonly __brand?: "ResourceId" };

export const formatName = "chainrule";
export const formatVersion = 1;

/** One end of an edge. */
export type PortAddress = readonly [node: NodeId, port: string];

export interface ChainruleDocument {
  readonly format: typeof formatName;
  readonly version: number;
  readonly name: string;
  readonly seed: number;
  readonly root: GraphId;
  readonly graphs: Readonly<Record<GraphId, Graph>>;
  readonly functions: Readonly<Record<FunctionId, FunctionDefinition>>;
  readonly resources: Readonly<Record<ResourceId, Resource>>;
  readonly training: Training;
  readonly view: ViewSettings;
}

export const graphKinds = ["model", "module", "forward", "backward", "body"] as const;
export type GraphKind = (typeof graphKinds)[number];

export interface Graph {
  readonly kind: GraphKind;
  readonly name: string;
  /** Shown on the node of a module and printed at the end of a run: `y = {a} + {b} x`. */
  readonly summary?: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly members: Readonly<Record<MemberId, Member>>;
  /** Members that draw their initial values, and nodes that draw once, in PyTorch's order. */
  readonly draws: readonly (MemberId | NodeId)[];
  /** Nodes with an effect, in the order in which they happen. */
  readonly effects: readonly NodeId[];
  readonly nodes: Readonly<Record<NodeId, GraphNode>>;
  readonly edges: readonly Edge[];
  readonly notes: readonly Note[];
  readonly frames: readonly Frame[];
}

/**
 * A named way into or out of a graph. In a body: `carried` goes round (an input and an output share its name),
 * `index` is the turn's number, anything else is a value passed in. In a backward graph: `grad` takes the gradient of
 * the forward output of that name, `saved` a value that forward saved; its outputs are gradients of forward's inputs.
 */
export interface Port {
  readonly name: string;
  readonly role?: "carried" | "index" | "grad" | "saved";
}

export interface Edge {
  readonly from: PortAddress;
  readonly to: PortAddress;
}

/** State that a graph owns: one parameter, buffer, nn module, optimiser, or a module graph of the document. */
export interface Member {
  readonly name: string;
  /** "parameter", "buffer", "nn.Linear", "nn.Sequential", "optim.SGD", …, or the id of a module graph as "graph:<id>". */
  readonly type: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** How a parameter or buffer begins; modules know it themselves. */
  readonly init?: Initializer;
  /** The layers of a Sequential, by position: names "0", "1", …. */
  readonly children?: readonly Member[];
}

/** The initial value of a parameter or buffer; its shape is that of the member's `shape` attribute. */
export type Initializer =
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "zeros" }
  | { readonly kind: "ones" }
  | { readonly kind: "randn" }
  | { readonly kind: "rand" }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number };

/** What every node has. */
interface NodeBase {
  /** An identifier, unique in its graph: it becomes the variable's name in exported code. */
  readonly name: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly flags?: NodeFlags;
  /** A free text beside the title. */
  readonly label?: string;
}

export interface NodeFlags {
  /** Not computed; what depends on it is not computed either. */
  readonly muted?: boolean;
  /** Its first input is passed on as its output. */
  readonly bypassed?: boolean;
  /** Its parameters do not learn. */
  readonly frozen?: boolean;
  /** Computed off the tape (torch.no_grad). */
  readonly noGrad?: boolean;
  readonly collapsed?: boolean;
  readonly pinned?: boolean;
  readonly breakpoint?: boolean;
}

/** Attributes as written; operands that take a number hold it here under their name where nothing is wired. */
export type WrittenAttributes = Readonly<Record<string, unknown>>;

export type GraphNode = NodeBase &
  (
    | {
        readonly kind: "op";
        readonly op: string;
        readonly attrs: WrittenAttributes;
        readonly draw?: "once" | "each step";
      }
    /** Uses a member: reads a parameter or buffer (port "out"), or calls a module (its inputs; port "out"). */
    | { readonly kind: "call"; readonly member: MemberId }
    /** Applies a custom Function: ports are its forward graph's inputs and outputs. */
    | { readonly kind: "apply"; readonly function: FunctionId }
    /** Ports are the body graph's: inputs without the index, and its outputs. */
    | { readonly kind: "repeat"; readonly body: GraphId; readonly count: RepeatCount }
    /** One of two bodies with the same ports, by the condition: port "condition", or a number drawn each step. */
    | {
        readonly kind: "branch";
        readonly whenTrue: GraphId;
        readonly whenFalse: GraphId;
        readonly condition: BranchCondition;
      }
    /** `0.5 * (5*x**3 - 3*x)`: ports are its free names; a name without an edge is the member of that name in scope. */
    | { readonly kind: "expression"; readonly formula: string }
    | { readonly kind: "effect"; readonly effect: Effect }
    /** A graph's own input (port "out") or output (port "in"), by port name. */
    | { readonly kind: "input"; readonly port: string }
    | { readonly kind: "output"; readonly port: string }
    /** Forward of a Function keeps the value at its port "in" under this name for backward. */
    | { readonly kind: "save"; readonly as: string }
    | { readonly kind: "reroute" }
    /** A node type that this version does not know: kept as it was read, and never run. */
    | { readonly kind: "unknown"; readonly raw: unknown }
  );

/** How often a body runs. Half open ranges, as in Python: the index of turn t is `from` + t. */
export type RepeatCount =
  | { readonly kind: "constant"; readonly value: number; readonly from?: number }
  /** Turns from `from` up to, not including, randint(low, high) drawn each step on the host. */
  | { readonly kind: "randint"; readonly low: number; readonly high: number; readonly from?: number }
  /** One turn per entry; the index is the entry. */
  | { readonly kind: "list"; readonly values: readonly number[] }
  /** The number at port "count", read back before the turns begin. */
  | { readonly kind: "value"; readonly from?: number };

export type BranchCondition =
  | { readonly kind: "value" }
  /** True where randint(0, outOf) < under, drawn each step on the host. */
  | { readonly kind: "randint"; readonly under: number; readonly outOf: number };

/** Which state an effect changes: every parameter below the root, those of these members, or one parameter by path. */
export type Targets = "all" | readonly string[];

/** What happens, in the order of the graph's `effects`, after the values it needs. */
export type Effect =
  /** Port "value", optional port "cotangent"; one output per target: its gradient right after. */
  | { readonly kind: "backward"; readonly retainGraph?: boolean; readonly targets?: Targets }
  /** p ← formula over p, grad, lr and wired names; port "grad" overrides the accumulated gradient. */
  | {
      readonly kind: "update";
      readonly targets: Targets;
      readonly formula: string;
      readonly lr?: number;
      /** Clears the gradients of its targets after. */
      readonly thenClear?: boolean;
    }
  | { readonly kind: "optimizerStep"; readonly optimizer: MemberId }
  /** Gradients of the optimiser's parameters, or of the targets, become none. */
  | { readonly kind: "zeroGrad"; readonly optimizer?: MemberId; readonly targets?: Targets }
  /** An op applied in place to the value at port "input" (a new version; port "out"), other operands as the op's. */
  | { readonly kind: "inPlace"; readonly op: string; readonly attrs: WrittenAttributes };

/** A custom autograd Function. `saved` are the names that forward keeps and backward's `saved` inputs take. */
export interface FunctionDefinition {
  readonly name: string;
  readonly summary?: string;
  readonly forward: GraphId;
  readonly backward: GraphId;
  readonly saved: readonly Port[];
}

/** Data a document needs, found by content. */
export interface Resource {
  readonly sha256: string;
  readonly kind: "npy" | "safetensors" | "csv" | "image";
  readonly name: string;
}

export const devices = ["auto", "webgpu", "wasm", "reference"] as const;
export type DeviceChoice = (typeof devices)[number];

export interface Training {
  /** The scalar that is logged; backward is an effect of its own. */
  readonly loss: PortAddress | null;
  readonly steps: number;
  readonly logEvery: number;
  readonly device: DeviceChoice;
  readonly stopOnNaN: boolean;
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly size: { readonly width: number; readonly height: number };
}

/** A titled box behind nodes; it holds what lies inside it. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly size: { readonly width: number; readonly height: number };
}

/** How the document was last looked at: part of the file, not of its meaning. */
export interface ViewSettings {
  /** log10 of the gradient window; null follows the default −8 … 2. */
  readonly gradientWindow?: { readonly low: number; readonly high: number; readonly locked: boolean };
  readonly camera?: { readonly x: number; readonly y: number; readonly zoom: number };
  /** Ports drawn against each other in the fit plot. */
  readonly plot?: { readonly x: PortAddress; readonly y: readonly PortAddress[] };
  /** Regions drawn in place when the document opens, besides loops: the nodes that lead there, as "model/repeat/". */
  readonly open?: readonly string[];
}

/** The constant dtype of a parameter unless its `dtype` attribute says otherwise. */
export const defaultDType: DType = "float32";
