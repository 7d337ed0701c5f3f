/** @file The TypeScript exporter: a document becomes a project that runs by itself. Pure: text in, text out. */
import type { ChainruleDocument } from "../../document/document";
import type { LineRange } from "./code";
import { programCode } from "./program-code";
import { packageJson, readme, tsconfigJson } from "./project";

export type { LineRange } from "./code";
export { ExportError } from "./context";

/** The engine as exported projects carry it: built by `npm run build`. */
export interface EngineBundle {
  readonly js: string;
  readonly dts: string;
}

export interface ExportedFile {
  /** Relative to the project, with "/". */
  readonly path: string;
  readonly text: string;
}

export interface TypescriptProject {
  readonly files: readonly ExportedFile[];
  /** Where each node is found in src/main.ts; a node has several where it stands for a class too. */
  readonly lines: readonly LineRange[];
}

/** The program alone and where its nodes are: what the code panel shows. Throws ExportError on a document with errors. */
export function exportTypescriptProgram(
  document: ChainruleDocument,
): ExportedFile & { readonly lines: readonly LineRange[] } {
  const { text, ranges } = programCode(document);
  return { path: "src/main.ts", text, lines: ranges };
}

/** The whole project. Throws ExportError on a document with errors. */
export function exportTypescript(document: ChainruleDocument, engine: EngineBundle): TypescriptProject {
  const { path, text, lines } = exportTypescriptProgram(document);
  const files: ExportedFile[] = [
    { path: "package.json", text: packageJson(document) },
    { path: "tsconfig.json", text: tsconfigJson() },
    { path: "README.md", text: readme(document) },
    { path: ".gitignore", text: "node_modules\nbuild\n" },
    { path, text },
    { path: "chainrule/index.js", text: engine.js },
    { path: "chainrule/index.d.ts", text: engine.dts },
  ];
  return { files, lines };
}
