/** @file Effects as statements: backward, updates under noGrad, optimiser steps, in-place ops. */
import { parseFormula, type Formula } from "../../document/formula";
import type { Effect, Member, Targets } from "../../document/document";
import { ExportError, moduleGraph } from "./context";
import { formulaText } from "./formula-text";
import { numberText, plain, type Expression } from "./code";
import type { GraphCode } from "./graph-code";
import type { PlacedNode } from "./wiring";

type EffectNode = PlacedNode & { readonly kind: "effect" };

interface Target {
  /** The tensor, or the module whose parameters are meant. */
  readonly code: string;
  readonly single: boolean;
  /** Whether gradients are recorded for it, so that it is updated under noGrad. */
  readonly learns: boolean;
}

function isTensor(code: GraphCode, name: string): boolean {
  const type = code.members.named(name)?.member.type;
  return type === "parameter" || type === "buffer";
}

function requiresGrad(member: Member): boolean {
  return member.type !== "buffer" && member.attrs["requiresGrad"] !== false;
}

/** Targets as code: members by name, deeper parameters by getParameter. */
function targetsOf(code: GraphCode, targets: Targets): Target[] {
  if (targets === "all") {
    return code.members.all
      .filter(({ member }) => code.context.learns(member))
      .map(({ member, code: text }) => ({
        code: text,
        single: member.type === "parameter",
        learns: requiresGrad(member),
      }));
  }
  return targets.map((path) => {
    const whole = code.members.named(path);
    if (whole) return { code: whole.code, single: isTensor(code, path), learns: requiresGrad(whole.member) };
    const dot = path.indexOf(".");
    const owner = code.members.named(path.slice(0, dot));
    if (dot < 0 || !owner) throw new ExportError(`export: there is no parameter "${path}". Run check first.`);
    return { code: `${owner.code}.getParameter(${JSON.stringify(path.slice(dot + 1))})`, single: true, learns: true };
  });
}

/** A list of parameters as code: `model.parameters()`, `[a, b, c, d]`, `[a, ...model.parameters()]`. */
export function parameterList(code: GraphCode, targets: Targets): string {
  const found = targetsOf(code, targets);
  const [only] = found;
  if (found.length === 1 && only && !only.single) return `${only.code}.parameters()`;
  return `[${found.map((target) => (target.single ? target.code : `...${target.code}.parameters()`)).join(", ")}]`;
}

/** `p - lr * grad` → `p.sub_(grad.mul(lr))`; anything else is computed and copied. */
function updateText(formula: Formula, names: (name: string) => Expression, code: GraphCode, node: EffectNode): string {
  const context = {
    node: code.key(node.id),
    name: names,
    importName: (wanted: string) => code.context.importName(wanted),
  };
  const p = names("p").text;
  if (formula.kind === "binary" && formula.left.kind === "name" && formula.left.name === "p") {
    const method = { "+": "add_", "-": "sub_", "*": "mul_", "/": "div_", "**": "pow_" }[formula.operator];
    return `${p}.${method}(${formulaText(formula.right, context).text})`;
  }
  const whole = formulaText(formula, context);
  return `${p}.copy_(${whole.number === true ? `${code.context.importName("tensor")}(${whole.text})` : whole.text})`;
}

function writeUpdate(code: GraphCode, node: EffectNode, effect: Effect & { kind: "update" }): void {
  const formula = parseFormula(effect.formula);
  const wiredGrad = code.input(node.id, "grad");
  const targets = targetsOf(code, effect.targets);
  const [only] = targets;
  const key = code.key(node.id);
  const name =
    (p: string, grad: string) =>
    (wanted: string): Expression => {
      if (wanted === "p") return plain(p);
      if (wanted === "grad") return wiredGrad ?? plain(grad);
      if (wanted === "lr") return { text: numberText(effect.lr ?? 0), nodes: [], number: true };
      const wired = code.input(node.id, wanted) ?? code.members.named(wanted);
      if (wired && "text" in wired) return wired;
      if (wired) return plain(wired.code);
      throw new ExportError(`export: "${wanted}" in "${node.name}" is neither wired nor a member. Run check first.`);
    };
  if (wiredGrad && targets.length === 1 && only?.single === true) {
    const text = updateText(formula, name(only.code, wiredGrad.text), code, node);
    const start = code.writer.length + 1;
    if (only.learns) code.writer.line(`${code.context.importName("noGrad")}(() => ${text});`, [key]);
    else code.writer.line(`${text};`, [key]);
    if (effect.thenClear === true) code.writer.line(`${only.code}.grad = null;`, [key]);
    for (const from of wiredGrad.nodes) code.writer.mark(from, start, start);
    return;
  }
  const p = code.scope.inner().take("p");
  code.writer.block(
    `${code.context.importName("noGrad")}(() => {`,
    () =>
      code.writer.block(`for (const ${p} of ${parameterList(code, effect.targets)}) {`, () => {
        const text = updateText(formula, name(p, `${p}.grad`), code, node);
        code.writer.line(`if (${p}.grad) ${text};`);
        if (effect.thenClear === true) code.writer.line(`${p}.grad = null;`);
      }),
    "});",
    [key],
  );
}

/** Whether the effect reaches only some of the leaves below its value. */
function narrows(code: GraphCode, node: EffectNode, targets: readonly string[]): boolean {
  const source = code.wiring.source(node.id, "value");
  if (!source) return false;
  return code.members.all.some(({ member }) => {
    if (
      !code.context.learns(member) ||
      targets.some((path) => path === member.name || path.startsWith(`${member.name}.`))
    ) {
      return false;
    }
    return code.wiring.dependsOn(
      source[0],
      (candidate) => candidate.kind === "call" && code.members.find(candidate.member)?.member === member,
    );
  });
}

function writeBackward(code: GraphCode, node: EffectNode, effect: Effect & { kind: "backward" }): void {
  const value = code.required(node, "value");
  const cotangent = code.input(node.id, "cotangent");
  const targets = effect.targets ?? "all";
  const options = [
    ...(effect.retainGraph === true ? ["retainGraph: true"] : []),
    ...(targets !== "all" && narrows(code, node, targets) ? [`inputs: ${parameterList(code, targets)}`] : []),
  ];
  const first = cotangent?.text ?? (options.length > 0 ? "null" : "");
  const written = options.length > 0 ? `, { ${options.join(", ")} }` : "";
  const key = code.key(node.id);
  code.writer.line(`${value.text}.backward(${first}${written});`, [key, ...value.nodes, ...(cotangent?.nodes ?? [])]);
  for (const target of targets === "all" ? code.members.all.map(({ member }) => member.name) : targets) {
    const users = code.wiring.usersOf(node.id, target);
    const [user] = users;
    if (!user) continue;
    const [found] = targetsOf(code, [target]);
    const name = code.declare(node, user.kind === "reroute" ? user.name : `grad_${target}`);
    const readers = users.filter((reader) => reader.kind === "reroute").map((reader) => code.key(reader.id));
    code.writer.line(`const ${name} = ${found?.code ?? ""}.gradient();`, [key, ...readers]);
    code.bind(node.id, target, { text: name, nodes: [key] });
  }
}

function writeZeroGrad(code: GraphCode, node: EffectNode, effect: Effect & { kind: "zeroGrad" }): void {
  const key = code.key(node.id);
  if (effect.optimizer !== undefined) {
    code.writer.line(`${optimizerOf(code, node, effect.optimizer)}.zeroGrad();`, [key]);
    return;
  }
  for (const target of targetsOf(code, effect.targets ?? "all")) {
    code.writer.line(target.single ? `${target.code}.grad = null;` : `${target.code}.zeroGrad();`, [key]);
  }
}

function optimizerOf(code: GraphCode, node: EffectNode, id: string): string {
  const found = code.members.find(id);
  if (found && moduleGraph(found.member) === null) return found.code;
  throw new ExportError(`export: effect "${node.name}" names an optimiser that is not there. Run check first.`);
}

/** The op with "_" on the variable of its input, where nothing else reads that; a new variable otherwise. */
function writeInPlace(code: GraphCode, node: EffectNode, effect: Effect & { kind: "inPlace" }): void {
  const source = code.wiring.source(node.id, "input");
  if (!source) throw new ExportError(`export: effect "${node.name}" has nothing at "input". Run check first.`);
  // What is made before the loop has to stay as it is for the next step.
  const alone =
    code.writesHere(source[0]) &&
    code.wiring.usersOf(...source).length === 1 &&
    code.wiring.node(source[0])?.kind === "op";
  const input = code.required(node, "input");
  const call = code.opCall(node, effect.op, effect.attrs, alone);
  if (alone) {
    code.writer.line(`${call.text};`, call.nodes);
    code.bind(node.id, "out", { text: input.text, nodes: [code.key(node.id)] });
  } else code.bind(node.id, "out", code.define(node, call));
}

/** One effect's statements. */
export function writeEffect(code: GraphCode, node: EffectNode): void {
  const { effect } = node;
  switch (effect.kind) {
    case "backward":
      return writeBackward(code, node, effect);
    case "update":
      return writeUpdate(code, node, effect);
    case "optimizerStep":
      code.writer.line(`${optimizerOf(code, node, effect.optimizer)}.step();`, [code.key(node.id)]);
      return;
    case "zeroGrad":
      return writeZeroGrad(code, node, effect);
    case "inPlace":
      return writeInPlace(code, node, effect);
  }
}
