/** @file The files around the program: package.json, tsconfig.json, README. */
import type { ChainruleDocument } from "../../document/document";
import { commentText } from "./code";

/** A name npm takes: lower case letters, digits and dashes. */
export function packageName(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return slug.replace(/-+$/, "") || "chainrule-project";
}

/** package.json: one development dependency, the TypeScript compiler. */
export function packageJson(document: ChainruleDocument): string {
  const content = {
    name: packageName(document.name),
    version: "1.0.0",
    private: true,
    type: "module",
    engines: { node: ">=20.19" },
    scripts: { build: "tsc", start: "tsc && node build/main.js" },
    devDependencies: { typescript: "^5.9.0" },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** tsconfig.json: strict. */
export function tsconfigJson(): string {
  const content = {
    compilerOptions: {
      target: "ES2022",
      module: "NodeNext",
      moduleResolution: "NodeNext",
      lib: ["ES2022"],
      types: [],
      strict: true,
      rootDir: "src",
      outDir: "build",
      skipLibCheck: false,
    },
    include: ["src"],
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function markdownText(text: string): string {
  const escaped = commentText(text).replace(/[\\`*_{}[\]#|!]/g, "\\$&");
  return escaped.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** README.md. */
export function readme(document: ChainruleDocument): string {
  const { steps, logEvery } = document.training;
  return `# ${markdownText(document.name) || "Chainrule project"}

Exported by Chainrule. \`src/main.ts\` is the program; \`chainrule/\` is the engine it runs on, so that nothing else is needed.

\`\`\`
npm install
npm start -- --seed ${document.seed} --steps ${steps} --log-every ${logEvery}
\`\`\`

Switches: \`--seed\`, \`--steps\`, \`--log-every\`, \`--device auto|webgpu|wasm|reference\`, \`--json\` (JSON Lines), \`--full\`, \`--keep-going\`.
The same seed gives the same numbers as \`chainrule run\`, and as PyTorch.
`;
}
