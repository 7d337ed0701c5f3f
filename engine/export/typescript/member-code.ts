/** @file How members are made: `new nn.Linear(3, 1)`, `randn([2, 3], { requiresGrad: true })`. */
import type { Initializer, Member } from "../../document/document";
import { defaultDType } from "../../document/document";
import { optimizerNamed } from "../../optim/registry";
import { attributeArguments } from "./call-text";
import { constantText, numberText } from "./code";
import { declarationOf, ExportError, moduleGraph, type ExportContext } from "./context";

function initialText(init: Initializer, member: Member, options: readonly string[], context: ExportContext): string {
  const shape = constantText(member.attrs["shape"] ?? []);
  const written = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  switch (init.kind) {
    case "constant":
      return `${context.importName("tensor")}(${constantText(init.value)}${written})`;
    case "uniform":
      return `${context.importName("uniform")}(${shape}, ${numberText(init.low)}, ${numberText(init.high)}${written})`;
    default:
      return `${context.importName(init.kind)}(${shape}${written})`;
  }
}

/** A parameter or buffer as a tensor; with `learns` a leaf that requires a gradient. */
export function tensorText(member: Member, learns: boolean, context: ExportContext): string {
  const init = member.init ?? { kind: "zeros" };
  const dtype = member.attrs["dtype"];
  const drawn = init.kind === "randn" || init.kind === "rand";
  const options = [
    ...(typeof dtype === "string" && dtype !== defaultDType && !drawn ? [`dtype: ${constantText(dtype)}`] : []),
    ...(learns ? ["requiresGrad: true"] : []),
  ];
  const plainConstant = init.kind === "constant" && !learns && dtype === undefined;
  return initialText(init, member, plainConstant ? [`dtype: "${defaultDType}"`] : options, context);
}

/** The construction of a module member. */
export function moduleText(member: Member, context: ExportContext): string {
  const inner = moduleGraph(member);
  if (inner !== null) return `new ${context.classNameOf(inner, context.graph(inner).name)}()`;
  const declaration = declarationOf(member);
  if (!declaration) throw new ExportError(`export: member "${member.name}" is a ${member.type}, which is not known.`);
  const nn = context.importName("nn");
  const kind = member.type.slice("nn.".length);
  if (!declaration.container)
    return `new ${nn}.${kind}(${attributeArguments(declaration.attributes, member.attrs).join(", ")})`;
  const children = (member.children ?? []).map((child) => moduleText(child, context));
  const line = `new ${nn}.${kind}(${children.join(", ")})`;
  return line.length <= 70 ? line : `new ${nn}.${kind}(\n${children.map((child) => `  ${child},`).join("\n")}\n)`;
}

/** A member as the value of a class's field. */
export function fieldText(member: Member, context: ExportContext): string {
  if (member.type === "parameter") {
    const learns = member.attrs["requiresGrad"] === false ? ", false" : "";
    return `new ${context.importName("nn")}.Parameter(${tensorText(member, false, context)}${learns})`;
  }
  if (member.type === "buffer") return `new ${context.importName("nn")}.Buffer(${tensorText(member, false, context)})`;
  return moduleText(member, context);
}

/** `new optim.SGD(model.parameters(), { lr: 1e-4 })`. */
export function optimizerText(member: Member, parameters: string, context: ExportContext): string {
  const kind = member.type.slice("optim.".length);
  const declaration = optimizerNamed(kind);
  if (!declaration)
    throw new ExportError(`export: optimiser "${member.name}" is a ${member.type}, which is not known.`);
  const settings = Object.keys(declaration.attributes)
    .filter((name) => Object.hasOwn(member.attrs, name))
    .map((name) => `${name}: ${constantText(member.attrs[name])}`);
  const written = settings.length === 0 ? "" : `, { ${settings.join(", ")} }`;
  return `new ${context.importName("optim")}.${kind}(${parameters}${written})`;
}
