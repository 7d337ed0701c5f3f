/** @file What can be added: every op, module and optimiser from its declaration, and what the document itself offers. */
import type { ChainruleDocument, GraphId } from "@chainrule/engine/analysis";
import { controlItems } from "./control-items";
import { moduleItems, opItems } from "./declaration-items";
import { documentItems } from "./document-items";
import { effectItems } from "./effect-items";
import { newFunctionItem } from "./new-function-item";
import { newModuleItem } from "./new-module-item";
import type { PaletteItem } from "./palette-item";
import { parameterItems } from "./parameter-items";
import { portItems } from "./port-items";
import { usedMemberItems } from "./used-member-items";

const declaredItems: readonly PaletteItem[] = [
  ...parameterItems(),
  ...opItems(),
  ...moduleItems(),
  ...controlItems(),
  ...effectItems(),
  newFunctionItem,
  newModuleItem,
];

/** Everything that can be added to a graph of the document. */
export function paletteItems(document: ChainruleDocument, graph: GraphId): readonly PaletteItem[] {
  return [
    ...portItems(document, graph),
    ...usedMemberItems(document, graph),
    ...declaredItems,
    ...documentItems(document),
  ];
}
