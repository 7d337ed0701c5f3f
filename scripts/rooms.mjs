/** @file Which room may import which. A folder is a permission; `npm run layers` enforces this table. */

const engine = (...names) => names.map((name) => `engine/${name}`);

const ground = engine("scalar", "random");
const ir = [...ground, "engine/ir"];
const ops = [...ir, "engine/ops"];
const declared = [...ops, ...engine("nn", "optim")];
const documented = [...declared, "engine/document"];
const recorded = [...documented, ...engine("tape", "autodiff")];
const compiled = [...ir, "engine/compile"];
const executable = [...recorded, ...engine("program", "analysis", "compile", "backends")];
const trained = [...executable, ...engine("train", "probe", "export", "import")];

/**
 * Rooms by their folder, each with the rooms it may import (itself always). A file belongs to the longest room
 * its path begins with. `packages` lists what a room may take from npm or Node, as exact names or prefixes ending in "*".
 */
export const rooms = {
  "engine/scalar": { may: [] },
  "engine/random": { may: [] },
  "engine/ir": { may: ground },
  "engine/ops": { may: ir },
  "engine/nn": { may: ops },
  "engine/optim": { may: ops },
  "engine/document": { may: declared, packages: ["zod", "zod/*", "@babel/parser", "@babel/types"] },
  "engine/tape": { may: documented },
  "engine/autodiff": { may: [...documented, "engine/tape"] },
  "engine/compile": { may: ir },
  // What tests of several rooms share; nothing else imports it.
  "engine/compile/example-steps.ts": { may: [...recorded, "engine/compile"] },
  "engine/compile/random-graphs.ts": { may: [...documented, "engine/tape", "engine/compile"] },
  "engine/backends": { may: compiled },
  "engine/backends/webgpu/node.ts": { may: [...compiled, "engine/backends"], packages: ["webgpu", "node:*"] },
  "engine/program": { may: recorded },
  "engine/analysis": { may: [...documented, "engine/tape"] },
  "engine/train": { may: [...executable, "engine/probe"] },
  "engine/probe": { may: recorded },
  "engine/export": { may: documented },
  "engine/import": { may: documented },
  "engine/conformance": { may: trained },
  "engine/session/web-worker.ts": { may: [...trained, "engine/session"] },
  "engine/session": { may: trained, packages: ["zod", "zod/*", "immer"] },
  "engine/analysis.ts": { may: [...documented, "engine/analysis"] },
  "engine/index.ts": { may: [...trained, "engine/api"] },
  "engine/api": { may: trained },
  cli: {
    may: [
      ...trained,
      "cli/serve/policy.ts",
      "engine/backends/webgpu/node.ts",
      "engine/session",
      "engine/analysis.ts",
      "engine/index.ts",
      "package.json",
    ],
    packages: ["*"],
  },
  // The version.
  "package.json": { may: [] },
  "electron/contract": { may: [], packages: ["zod", "zod/*"] },
  // The headers that the loopback server and the shell share.
  "cli/serve/policy.ts": { may: [] },
  "electron/main": { may: ["electron/contract", "cli/serve/policy.ts"], packages: ["electron", "node:*"] },
  "electron/preload": { may: ["electron/contract"], packages: ["electron"] },
  "renderer/document": { may: ["engine/analysis.ts", "engine/document"], packages: ["immer", "zustand/vanilla"] },
  renderer: {
    may: ["engine/analysis.ts", "engine/document", "engine/session", "electron/contract", "renderer/*", "assets"],
    packages: ["*"],
  },
  assets: { may: [] },
  scripts: { may: ["*"], packages: ["*"] },
  e2e: { may: ["*"], packages: ["*"] },
};

/** Packages that one room alone may import. */
export const keptTo = {
  reactflow: "renderer/canvas",
  electron: "electron",
};
