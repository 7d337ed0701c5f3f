/** @file The program: draws and data before the loop, values and effects inside it, what was learnt after it. */
import type { Member } from "../../document/document";
import { writeFunctionClass, writeModuleClass } from "./class-code";
import {
  CodeWriter,
  commentText,
  constantText,
  numberText,
  type Expression,
  type LineRange,
  type NodeKey,
} from "./code";
import { drawsOnce, ExportContext, moduleGraph } from "./context";
import { parameterList } from "./effect-code";
import { collectDraws, GraphCode, type Members } from "./graph-code";
import { variableName } from "./identifiers";
import { membersInOrder, moduleText, optimizerText, tensorText } from "./member-code";
import type { PlacedNode, Wiring } from "./wiring";

/** The engine's files as the program sees them. */
const enginePath = "../chainrule/index.js";

/** Members of the root as variables, named when they are made. */
class RootMembers implements Members {
  private readonly made = new Map<string, { readonly member: Member; readonly code: string }>();

  add(id: string, member: Member, code: string): void {
    this.made.set(id, { member, code });
  }

  find(id: string) {
    return this.made.get(id) ?? null;
  }

  named(name: string) {
    return this.all.find(({ member }) => member.name === name) ?? null;
  }

  get all() {
    return [...this.made.values()];
  }
}

/** True for what is computed once, before the loop: it depends on no member, no each-step draw and no effect. */
function isOnce(wiring: Wiring, node: PlacedNode): boolean {
  return !wiring.dependsOn(node.id, (source) => {
    if (source.kind === "call" || source.kind === "effect" || source.kind === "expression") return true;
    if (source.kind === "repeat" || source.kind === "branch") return true;
    return source.kind === "op" && source.draw === "each step";
  });
}

function writeClasses(context: ExportContext, writer: CodeWriter): void {
  for (const [id, definition] of Object.entries(context.document.functions)) {
    writer.gap();
    writeFunctionClass(context, writer, id, definition);
  }
  const written = new Set<string>();
  const write = (id: string): void => {
    if (written.has(id)) return;
    written.add(id);
    for (const member of Object.values(context.graph(id).members)) {
      const inner = moduleGraph(member);
      if (inner !== null) write(inner);
    }
    writer.gap();
    writeModuleClass(context, writer, id);
  };
  for (const [id, graph] of Object.entries(context.document.graphs)) if (graph.kind === "module") write(id);
}

function memberText(member: Member, code: GraphCode): string {
  const { context } = code;
  if (member.type === "parameter") return tensorText(member, member.attrs["requiresGrad"] !== false, context);
  if (member.type === "buffer") return tensorText(member, false, context);
  if (!member.type.startsWith("optim.")) return moduleText(member, context);
  const targets = member.attrs["parameters"];
  const names = Array.isArray(targets) ? targets.filter((name) => typeof name === "string") : "all";
  return optimizerText(member, parameterList(code, names), context);
}

function stateText(members: Members, context: ExportContext): string {
  const learning = members.all.filter(({ member }) => context.learns(member));
  const [only] = learning;
  if (learning.length === 1 && only && only.member.type !== "parameter") return `${only.code}.stateDict()`;
  const entries = learning.map(({ member, code }) => {
    if (member.type !== "parameter") return `...${code}.stateDict(${constantText(`${member.name}.`)})`;
    if (member.name === code) return code;
    return /^[A-Za-z_]\w*$/.test(member.name) ? `${member.name}: ${code}` : `${constantText(member.name)}: ${code}`;
  });
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

class ProgramCode {
  readonly members = new RootMembers();
  private readonly given = new Map<NodeKey, Expression>();
  private readonly run: string;
  private readonly step: string;
  private readonly code: GraphCode;
  private readonly root: string;

  constructor(
    private readonly context: ExportContext,
    private readonly writer: CodeWriter,
  ) {
    this.root = context.document.root;
    this.run = context.top.take("run");
    this.step = context.top.take("step");
    const { members, given } = this;
    this.code = new GraphCode({
      context,
      writer,
      graph: this.root,
      scope: context.top,
      members,
      inputs: new Map(),
      given,
    });
  }

  write(): void {
    const { context, writer, run } = this;
    const { training, seed } = context.document;
    const defaults = `{ seed: ${numberText(seed)}, steps: ${training.steps}, logEvery: ${training.logEvery}, device: ${constantText(training.device)}${training.stopOnNaN ? "" : ", stopOnNaN: false"} }`;
    writer.gap();
    writer.line(`const ${run} = await ${context.importName("startRun")}(${defaults});`);
    writer.line(`${context.importName("manualSeed")}(${run}.seed);`);
    writer.gap();
    this.writeMembersAndDraws();
    const { wiring } = this.code;
    const once = (node: PlacedNode): boolean => isOnce(wiring, node);
    this.code.writeStage(-1, once);
    writer.gap();
    this.writeLoop((node) => !once(node));
    writer.gap();
    const summaries = this.members.all.filter(({ member }) => {
      const inner = moduleGraph(member);
      return inner !== null && context.graph(inner).summary !== undefined;
    });
    const summary = summaries.map(({ code }) => `, await ${code}.summary()`)[0] ?? "";
    writer.line(`await ${run}.finish(${stateText(this.members, context)}${summary});`);
  }

  /** In the draw order of the root: what draws nothing comes after, optimisers last. */
  private writeMembersAndDraws(): void {
    const { context, writer } = this;
    const graph = context.graph(this.root);
    const draws = collectDraws(context, this.root);
    const waiting = membersInOrder(graph);
    const drawn = new Set<string>();
    for (const id of graph.draws as readonly string[]) {
      const member = graph.members[id];
      if (member) this.writeMember(id, member);
      for (const draw of draws)
        if (draw.graph === this.root && draw.node.id === id) this.writeDraw(draw.graph, draw.node);
      drawn.add(id);
    }
    for (const { graph: owner, node } of draws) {
      if (owner !== this.root || !drawn.has(node.id)) this.writeDraw(owner, node);
    }
    const others = waiting.filter(([id, member]) => !drawn.has(id) && !member.type.startsWith("optim."));
    for (const [id, member] of others) this.writeMember(id, member);
    const optimizers = waiting.filter(([id, member]) => !drawn.has(id) && member.type.startsWith("optim."));
    for (const [id, member] of optimizers) this.writeMember(id, member);
    if (waiting.length + draws.length > 0) writer.gap();
  }

  private writeMember(id: string, member: Member): void {
    const text = memberText(member, this.code);
    const name = this.context.top.take(variableName(member.name));
    const readers = this.code.wiring.nodes.filter((node) => node.kind === "call" && node.member === id);
    this.writer.line(
      `const ${name} = ${text};`,
      readers.map((node) => this.code.key(node.id)),
    );
    this.members.add(id, member, name);
  }

  private writeDraw(graph: string, node: PlacedNode): void {
    if (node.kind !== "op" || !drawsOnce(node)) return;
    const { context, writer, members, given } = this;
    const drawing =
      graph === this.root
        ? this.code
        : new GraphCode({ context, writer, graph, scope: context.top, members, inputs: new Map(), given });
    const made = drawing.define(node, drawing.opText(node));
    given.set(`${graph}/${node.id}`, made);
    if (graph === this.root) this.code.bind(node.id, "out", made);
  }

  private writeLoop(included: (node: PlacedNode) => boolean): void {
    const { context, writer, run } = this;
    const { loss } = context.document.training;
    const { step } = this;
    const { wiring } = this.code;
    const lossStage = loss ? wiring.stage(loss[0]) : -1;
    writer.block(`for (let ${step} = 0; ${step} < ${run}.steps; ${step}++) {`, () => {
      if (context.drawsTensors(this.root)) writer.line(`${run}.beginStep();`);
      this.code.writeAll(included, (stage) => {
        if (loss && stage === lossStage) {
          const value = this.code.value(loss);
          writer.line(`await ${run}.log(${step}, ${value.text});`, value.nodes);
        }
        if (stage === -1) writer.gap();
      });
    });
  }
}

function writeImports(context: ExportContext): string[] {
  const names = [...context.importedNames].sort((a, b) => {
    const [left, right] = [a.replace("type ", ""), b.replace("type ", "")];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const line = `import { ${names.join(", ")} } from "${enginePath}";`;
  if (line.length <= 100) return [line, ""];
  return ["import {", ...names.map((name) => `  ${name},`), `} from "${enginePath}";`, ""];
}

function writeProgram(context: ExportContext): { readonly text: string; readonly ranges: readonly LineRange[] } {
  const writer = new CodeWriter();
  writeClasses(context, writer);
  new ProgramCode(context, writer).write();
  const header = [`/** ${commentText(context.document.name) || "A Chainrule document"}: exported by Chainrule. */`];
  return writer.finish("src/main.ts", [...header, ...writeImports(context)]);
}

/** The program of a document. Twice: the second time no variable takes the name of an import. */
export function programCode(document: ExportContext["document"]): ReturnType<typeof writeProgram> {
  const first = new ExportContext(document, []);
  writeProgram(first);
  return writeProgram(new ExportContext(document, first.importedNames));
}
