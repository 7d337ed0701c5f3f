import { test } from "vitest";
import { compile } from "./compile";
import { assemble } from "./assemble";
import { fuse } from "./fuse";
import { lower } from "./lower";
import { orderTasks } from "./order";
import { groupOrder, schedule } from "./schedule";
import { randomStep } from "./random-graphs";
test("x", () => {
  const sum: Record<string, number> = {};
  const time = <T,>(name: string, f: () => T): T => { const t = (process.cpuUsage().user/1000); const r = f(); sum[name] = (sum[name] ?? 0) + (process.cpuUsage().user/1000) - t; return r; };
  let line = "";
  for (let rep = 0; rep < 3; rep++) {
  for (const k in sum) sum[k] = 0; line = "";
  for (let seed = 0; seed < 30; seed++) {
    const step = randomStep(seed, { float: "float32", ops: 4 + seed });
    const t = (process.cpuUsage().user/1000);
    const { workspace, ring } = time("lower", () => lower(step.request, { fuse: true }));
    const { tasks, before } = time("order", () => orderTasks(workspace, ring));
    const groups = time("fuse", () => fuse(tasks, before));
    const s = time("schedule", () => schedule(groups, groupOrder(groups, before)));
    time("assemble", () => assemble(s, ring));
    line += ` ${((process.cpuUsage().user/1000) - t).toFixed(1)}`;
  }
  console.log(line, JSON.stringify(sum));
  }
});
