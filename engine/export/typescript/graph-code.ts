/** @file The statements of one graph: every value once, chained where it is used once, around the effects in order. */
import { parseFormula } from "../../document/formula";
import type { PortAddress } from "../../document/document";
import { ops } from "../../ops/registry";
import { opCallText } from "./call-text";
import { plain, within, type CodeWriter, type Expression, type NodeKey } from "./code";
import { declarationOf, drawsEachStep, ExportError, moduleGraph, type ExportContext } from "./context";
import { writeEffect } from "./effect-code";
import { formulaText } from "./formula-text";
import { variableName, type Scope } from "./identifiers";
import type { Owned } from "./owned";
import { isReadLate } from "./in-place-code";
import { writeBranch, writeRepeat } from "./region-code";
import type { PlacedNode, Wiring } from "./wiring";

/** The longest expression that is written into another one. */
const longestInline = 56;
/** The longest expression that is returned as it stands. */
const longestResult = 90;

export interface GraphCodeOptions {
  readonly context: ExportContext;
  readonly graph: string;
  readonly writer: CodeWriter;
  readonly scope: Scope;
  /** What this instance of the graph owns. */
  readonly owned: Owned;
  /** The graph's own inputs by port. */
  readonly inputs: ReadonlyMap<string, Expression>;
  /** Whether no use of a parameter in it teaches it: the body of a frozen region. */
  readonly frozen?: boolean;
}

export class GraphCode {
  readonly context: ExportContext;
  readonly writer: CodeWriter;
  readonly scope: Scope;
  readonly owned: Owned;
  readonly wiring: Wiring;
  readonly graph: string;
  private readonly inputs: ReadonlyMap<string, Expression>;
  private readonly frozen: boolean;
  private readonly bound = new Map<string, Expression>();
  private readonly kept: ReadonlySet<string>;
  /** Which nodes are written at all; the program writes some before its loop and the others inside. */
  private included: (node: PlacedNode) => boolean = () => true;

  constructor(options: GraphCodeOptions) {
    this.context = options.context;
    this.graph = options.graph;
    this.writer = options.writer;
    this.scope = options.scope;
    this.owned = options.owned;
    this.wiring = options.context.wiring(options.graph);
    this.inputs = options.inputs;
    this.frozen = options.frozen ?? false;
    for (const [id, drawn] of this.owned.draws) this.bind(id, "out", drawn);
    const { training, view, root } = options.context.document;
    const shown = [training.loss, view.plot?.x, ...(view.plot?.y ?? [])];
    this.kept = new Set(options.graph === root ? shown.flatMap((port) => (port ? [port[0]] : [])) : []);
  }

  key(node: string): NodeKey {
    return `${this.graph}/${node}`;
  }

  /** Makes an output known under an expression. */
  bind(node: string, port: string, expression: Expression): void {
    this.bound.set(`${node}.${port}`, expression);
  }

  /** A variable for a node, by its name in the document. */
  declare(node: PlacedNode, name: string = node.name): string {
    return this.scope.take(variableName(name));
  }

  /** Writes `const name = expression` and returns the name as an expression. */
  define(node: PlacedNode, expression: Expression): Expression {
    const name = this.declare(node);
    this.writer.line(`const ${name} = ${expression.text};`, [...expression.nodes, this.key(node.id)]);
    return { ...expression, text: name, nodes: [this.key(node.id)] };
  }

  /** The value at an input port, or null where nothing is wired. */
  input(node: string, port: string): Expression | null {
    const source = this.wiring.source(node, port);
    return source ? this.value(source) : null;
  }

  /** The value at an input port that has to be wired. */
  required(node: PlacedNode, port: string): Expression {
    const found = this.input(node.id, port);
    if (found) return found;
    throw new ExportError(`export: node "${node.name}" has nothing at "${port}", expected a wire. Run check first.`);
  }

  /** An output as an expression; what it needs is written first. */
  value([id, port]: PortAddress): Expression {
    const known = this.bound.get(`${id}.${port}`);
    if (known) return known;
    const node = this.wiring.node(id);
    if (!node) throw new ExportError(`export: there is no node "${id}" in graph "${this.graph}". Run check first.`);
    this.write(node);
    const made = this.bound.get(`${id}.${port}`);
    if (!made) throw new ExportError(`export: node "${node.name}" has no output "${port}". Run check first.`);
    // An expression written into its one user is written once.
    if (this.isInline(node, made)) this.bound.set(`${id}.${port}`, made);
    return made;
  }

  private isInline(node: PlacedNode, expression: Expression): boolean {
    const users = this.wiring.usersOf(node.id, "out");
    const [user] = users;
    if (users.length !== 1 || !user || user.kind === "effect" || this.kept.has(node.id)) return false;
    if (node.flags?.pinned === true || !this.included(user)) return false;
    if (this.context.draws(node) && (this.wiring.drawsInTurn(node.id) || isRegion(user))) return false;
    const longest = user.kind === "output" ? longestResult : longestInline;
    return expression.text.length <= longest && this.wiring.stage(user.id) === this.wiring.stage(node.id);
  }

  /** Writes a node's statement, or binds its expression where it goes into its one user. */
  private write(node: PlacedNode): void {
    if (node.flags?.muted === true) return;
    const earlier = this.wiring.previousDraw(node.id);
    if (earlier && earlier.kind !== "effect" && !this.isBound(earlier)) this.write(earlier);
    if (node.flags?.bypassed === true) {
      const [first] = this.wiring.inputs(node.id);
      if (first) this.bind(node.id, "out", this.value(first));
      return;
    }
    switch (node.kind) {
      case "repeat":
        return writeRepeat(this, node);
      case "branch":
        return writeBranch(this, node);
      case "effect":
        throw new ExportError(`export: effect "${node.name}" is not in the order of effects. Add it to the list.`);
      case "call":
      case "apply":
        return this.writeCall(node);
      case "output":
      case "save":
      case "unknown":
        return;
      case "input":
        this.bind(node.id, "out", within(this.inputs.get(node.port) ?? this.missing(node), this.key(node.id)));
        return;
      case "reroute":
        this.bind(node.id, "out", within(this.required(node, "in"), this.key(node.id)));
        return;
      case "op":
      case "expression": {
        const expression = this.withFlags(node, node.kind === "op" ? this.opText(node) : this.expressionText(node));
        const inline = expression.number === true || this.isInline(node, expression);
        this.bind(node.id, "out", inline ? expression : this.define(node, expression));
      }
    }
  }

  private missing(node: PlacedNode): never {
    throw new ExportError(`export: input "${node.name}" has no port in graph "${this.graph}". Run check first.`);
  }

  private withFlags(node: PlacedNode, expression: Expression): Expression {
    if (node.flags?.noGrad !== true) return expression;
    return { ...expression, text: `${this.context.importName("noGrad")}(() => ${expression.text})` };
  }

  /** An op with its operands: wired, written as numbers, or left out. */
  opText(node: PlacedNode & { kind: "op" }): Expression {
    return this.opCall(node, node.op, node.attrs, false);
  }

  /** The same for any op that a node stands for; `first` takes the place of what is wired to operand 0. */
  opCall(
    node: PlacedNode,
    name: string,
    attrs: Readonly<Record<string, unknown>>,
    inPlace: boolean,
    first: Expression | null = null,
  ): Expression {
    const op = ops.get(name);
    if (!op) throw new ExportError(`export: node "${node.name}" is a ${name}, which this version does not have.`);
    const operands = op.signature.operands.map((spec, i) => {
      const wired = (i === 0 && first) || this.input(node.id, spec.name);
      const written = attrs[spec.name];
      return wired ?? (typeof written === "number" ? written : null);
    });
    op.signature.operands.forEach((spec, i) => {
      const later = operands.slice(i + 1).some((operand) => operand !== null);
      if (operands[i] === null && later) operands[i] = spec.default ?? null;
    });
    const names = new Set(op.signature.operands.map((spec) => spec.name));
    const attributes = Object.fromEntries(Object.entries(attrs).filter(([key]) => !names.has(key)));
    const importName = (wanted: string): string => this.context.importName(wanted);
    const eachStep = drawsEachStep(node);
    return opCallText({ op, operands, attributes, node: this.key(node.id), inPlace, eachStep }, importName);
  }

  private expressionText(node: PlacedNode & { kind: "expression" }): Expression {
    return formulaText(parseFormula(node.formula), {
      node: this.key(node.id),
      name: (name) => this.input(node.id, name) ?? this.memberNamed(node, name),
      importName: (wanted) => this.context.importName(wanted),
    });
  }

  /** Whether uses of parameters by a node are cut from the graph. */
  isFrozen(node: PlacedNode): boolean {
    return this.frozen || node.flags?.frozen === true;
  }

  private memberNamed(node: PlacedNode, name: string): Expression {
    const found = this.owned.named(name);
    if (found) return plain(this.isFrozen(node) ? `${found.code}.detach()` : found.code);
    throw new ExportError(`export: "${name}" in "${node.name}" is neither wired nor a member. Run check first.`);
  }

  /** A parameter as itself; a module or Function called with what is wired to it. */
  private writeCall(node: PlacedNode & { kind: "call" | "apply" }): void {
    const key = this.key(node.id);
    if (node.kind === "apply") {
      const definition = this.context.document.functions[node.function];
      if (!definition) throw new ExportError(`export: node "${node.name}" applies a Function that is not there.`);
      const forward = this.context.graph(definition.forward);
      const name = this.context.classNameOf(node.function, definition.name);
      const args = forward.inputs.map((port) => this.required(node, port.name));
      return this.bindCall(
        node,
        `${name}.apply`,
        args,
        forward.outputs.map((port) => port.name),
        false,
      );
    }
    const found = this.owned.find(node.member);
    if (!found) throw new ExportError(`export: node "${node.name}" uses a member that is not there. Run check first.`);
    const { member } = found;
    const isFrozen = this.isFrozen(node) && this.context.learns(member);
    const code =
      isFrozen && member.type !== "parameter" ? `${this.context.importName("frozen")}(${found.code})` : found.code;
    const inner = moduleGraph(member);
    if (inner !== null) {
      const { inputs, outputs } = this.context.graph(inner);
      const args = inputs.map((port) => this.required(node, port.name));
      return this.bindCall(
        node,
        `${code}.forward`,
        args,
        outputs.map((port) => port.name),
        this.context.isAsync(inner),
      );
    }
    const declaration = declarationOf(member);
    if (!declaration) return this.bind(node.id, "out", { text: isFrozen ? `${code}.detach()` : code, nodes: [key] });
    const args = declaration.inputs.map((port) => this.required(node, port));
    return this.bindCall(node, `${code}.forward`, args, ["out"], false);
  }

  private bindCall(
    node: PlacedNode,
    callee: string,
    args: readonly Expression[],
    outputs: readonly string[],
    waits: boolean,
  ): void {
    const nodes = [...args.flatMap((arg) => arg.nodes), this.key(node.id)];
    const call = `${callee}(${args.map((arg) => arg.text).join(", ")})`;
    const text = waits ? `await ${call}` : call;
    const [first] = outputs;
    if (outputs.length === 1 && first !== undefined) {
      const expression = this.withFlags(node, { text: waits ? `(${text})` : text, nodes });
      if (this.isInline(node, expression) && first === "out") return this.bind(node.id, first, expression);
      return this.bind(node.id, first, this.define(node, { text, nodes }));
    }
    const names = outputs.map((port) => this.declare(node, `${node.name}_${port}`));
    this.writer.line(`const [${names.join(", ")}] = ${text};`, nodes);
    outputs.forEach((port, i) => this.bind(node.id, port, { text: names[i] ?? "", nodes: [this.key(node.id)] }));
  }

  /** Writes the values of a stage that nothing has written yet, in the document's order. */
  writeStage(stage: number, included: (node: PlacedNode) => boolean = () => true): void {
    this.included = included;
    for (const node of this.wiring.nodes) {
      if (node.kind === "effect" || node.flags?.muted === true || !included(node)) continue;
      if (this.wiring.stage(node.id) !== stage || this.isBound(node)) continue;
      const users = this.wiring.usersOf(node.id, "out").filter(included);
      const goesIntoItsUser = users.length === 1 && users[0]?.kind !== "effect";
      if (goesIntoItsUser && !isRegion(node) && !this.kept.has(node.id)) continue;
      if (node.kind === "output" || node.kind === "save") continue;
      this.write(node);
    }
  }

  private isBound(node: PlacedNode): boolean {
    return [...this.bound.keys()].some((address) => address.startsWith(`${node.id}.`));
  }

  /** Whether the node is written here, rather than before the loop. */
  writesHere(id: string): boolean {
    const node = this.wiring.node(id);
    return node !== undefined && this.included(node);
  }

  /** Everything reads a member as it was when the step began: where something does after it was changed, all read a copy. */
  private keepBefore(): void {
    for (const node of this.wiring.nodes) {
      if (node.kind !== "call") continue;
      const member = this.owned.find(node.member)?.member.type;
      if ((member !== "parameter" && member !== "buffer") || !isReadLate(this, node)) continue;
      const { text } = this.value([node.id, "out"]);
      const name = this.scope.take(variableName(`${node.name}_before`));
      this.writer.line(`const ${name} = ${text}.clone();`, [this.key(node.id)]);
      this.bind(node.id, "out", { text: name, nodes: [this.key(node.id)] });
    }
  }

  /** All of it: values and effects in order; `afterValues` is called once the first values are there. */
  writeAll(included: (node: PlacedNode) => boolean = () => true, afterValues?: (stage: number) => void): void {
    this.included = included;
    this.keepBefore();
    this.writeStage(-1, included);
    afterValues?.(-1);
    this.wiring.graph.effects.forEach((id, index) => {
      const node = this.wiring.node(id);
      if (node?.kind !== "effect" || node.flags?.muted === true) return;
      writeEffect(this, node);
      this.writeStage(index, included);
      afterValues?.(index);
    });
  }

  /** What the graph gives back: the values at its output nodes, in the order of its ports. */
  results(): Expression[] {
    return this.wiring.graph.outputs.map((port) => {
      const node = this.wiring.nodes.find((candidate) => candidate.kind === "output" && candidate.port === port.name);
      if (!node)
        throw new ExportError(`export: graph "${this.graph}" has nothing at output "${port.name}". Run check first.`);
      return within(this.required(node, "in"), this.key(node.id));
    });
  }
}

function isRegion(node: PlacedNode): boolean {
  return node.kind === "repeat" || node.kind === "branch";
}
