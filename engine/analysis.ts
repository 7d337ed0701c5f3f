/** @file The light door: what a window needs of the engine at each edit. No compiler, no backend. */
export * from "./analysis/analysis";
export { analyze, costOfNodes, diagnose } from "./analysis/analyze";
export { applyFix } from "./document/apply-fix";
export { createDocument, createGraph, createIds, defaultTraining } from "./document/create";
export * from "./document/document";
export { freeNames, parseFormula, type Formula } from "./document/formula";
export { memberLabel, memberTitle, nodeLabel } from "./document/labels";
export { memberKind, standardLibrary, visibleMembers, type Library, type MemberKind } from "./document/library";
export { isLookOnly } from "./document/look";
export { isId, isIdentifier, toIdentifier, uniqueName } from "./document/names";
export { parseDocument, type ParseOptions, type ParseResult } from "./document/parse";
export { portsOf, type InputPort, type NodePorts } from "./document/ports";
export { writtenFields } from "./document/written-fields";
export { printDocument } from "./document/print";
export { bodiesOf } from "./document/regions";
export {
  diagnosticCatalogue,
  printDiagnostic,
  printMessage,
  type Diagnostic,
  type DiagnosticCode,
  type DiagnosticPlace,
  type DiagnosticSeverity,
  type Fix,
  type FixEdit,
} from "./ir/diagnostic";
export type { AttributeSpec } from "./ir/attribute";
export { formulasOf } from "./ir/formulas";
export type { DType } from "./ir/dtype";
export { Refusal } from "./ir/refusal";
export type { TensorType } from "./ir/tensor";
export { modules } from "./nn";
export { optimizers } from "./optim";
export { ops } from "./ops";
