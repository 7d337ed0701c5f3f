/** @file Health: the first NaN or Inf, the worst edges with the legend's marks, RMS along the main path, dead activations. */
import { CircleAlert, CircleCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { runCommand } from "../commands/run-command";
import { shownKeys } from "../commands/shown-keys";
import { equationsOf, Formula } from "../inspector/formula";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { classNames } from "../ui/class-names";
import { printNumber } from "../ui/number-text";
import { Empty, Fact, Section } from "../ui/section";
import { rampInk } from "../ui/tokens";
import { focusScope, select } from "../workspace/workspace";
import { positionIn } from "./edge-style";
import { healthOf, type EdgeHealth, type FirstBad, type Health } from "./health";
import { EdgeMark } from "./edge-mark";

const words = text.health;
/** A list that is read need not follow every sample. */
const everyMs = 250;
/** What a clamp keeps an input above. */
const smallest = 1e-12;
/** From this share of zeros on a gate counts as dead. */
const deadShare = 0.99;

function useHealth(): Health | null {
  const app = useApp();
  const path = useStore(app.workspace, (state) => state.path);
  const regions = useStore(app.workspace, (state) => state.regions);
  const [health, setHealth] = useState<Health | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const read = (): void => {
      timer = null;
      setHealth(healthOf(app));
    };
    const later = (): void => {
      timer ??= setTimeout(read, everyMs);
    };
    read();
    const ends = [app.overlay.subscribe(later), app.history.subscribe(later)];
    return () => {
      if (timer !== null) clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [app, path, regions]);
  return health;
}

function figure({ gradient }: EdgeHealth): string {
  if (gradient.nan > 0) return "NaN";
  return gradient.inf > 0 ? "Inf" : printNumber(gradient.rms);
}

function Worst({ health }: { readonly health: Health }) {
  const app = useApp();
  const selected = useStore(app.workspace, (state) => state.selectedEdge);
  return (
    <Section
      title={words.worst}
      aside={<span className="text-caption text-text3">{words.of(health.worst.length, health.edges)}</span>}
    >
      <ul className="-mx-1.5">
        {health.worst.map((one) => {
          const { to } = one.edge;
          const isSelected = selected !== null && selected[0] === to[0] && selected[1] === to[1];
          return (
            <li key={`${one.scope.key}${to.join("/")}`}>
              <button
                type="button"
                className={classNames(
                  "flex h-6 w-full items-center gap-2.5 rounded-field px-1.5 text-left text-small hover:bg-hover",
                  isSelected && "bg-hover",
                )}
                onClick={() => {
                  focusScope(app.workspace, one.scope.steps);
                  app.workspace.setState({ selectedEdge: to, selection: new Set() });
                }}
              >
                <EdgeMark state={one.state} rms={one.gradient.rms} />
                <span className="min-w-0 flex-1 truncate">
                  {one.from} <span className="text-text3">→</span> {one.to}
                </span>
                <span className="shrink-0 font-mono">{figure(one)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function MainPath({ path }: { readonly path: Health["path"] }) {
  const app = useApp();
  const theme = themeOf(useStore(app.settings, (state) => state.theme));
  const { window } = app.overlay;
  const height = 48;
  const step = 248 / Math.max(path.length, 1);
  return (
    <Section title={words.path} aside={<span className="text-caption text-text3">{words.forward}</span>}>
      <svg viewBox={`0 0 248 ${height}`} className="block w-full" role="img" aria-label={words.path}>
        <line x1={0} x2={248} y1={height - 0.5} y2={height - 0.5} stroke="var(--line2)" />
        {path.map((bar, i) => {
          const t = bar.rms > 0 ? positionIn(window, bar.rms) : 0;
          const tall = Number.isFinite(bar.rms) ? Math.max(2, t * (height - 2)) : height;
          return (
            <rect
              key={i}
              x={i * step + 1.5}
              y={height - tall}
              width={Math.min(Math.max(step - 3, 1), 40)}
              height={tall}
              rx={1}
              fill={Number.isFinite(bar.rms) ? rampInk(theme, t) : "var(--err)"}
            >
              <title>{`${bar.name}: ${printNumber(bar.rms)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className="flex justify-between gap-3 pt-1 text-caption text-text3">
        <span className="truncate">{path[0]?.name}</span>
        {path.length > 1 && <span className="truncate">{path.at(-1)?.name}</span>}
      </div>
    </Section>
  );
}

/** Where NaN or Inf began, why, and what helps. */
function First({ first }: { readonly first: FirstBad }) {
  const app = useApp();
  const show = (): void => {
    focusScope(app.workspace, first.scope.steps);
    select(app.workspace, [first.node]);
    app.canvas.fit([first.node]);
  };
  const guard = (): void => {
    const { guard: input, scope } = first;
    const position = app.history.document().graphs[scope.graph]?.nodes[first.node]?.position;
    if (input === null || position === undefined) return;
    app.edits.placeItem(scope.graph, "op:clamp", { x: position.x - 120, y: position.y + 90 }, input);
    const [placed] = app.workspace.getState().selection;
    if (placed !== undefined) app.edits.setAttribute(scope.graph, placed, "min", smallest);
  };
  return (
    <div className="m-3.5 rounded-float border border-err bg-err-soft p-3">
      <div className="flex items-center gap-2 font-semibold text-err">
        <CircleAlert size={15} className="shrink-0" aria-hidden />
        {words.first(first.what, first.name, first.backward)}
      </div>
      <p className="mt-1.5 text-small text-text">
        {first.isParameter ? words.parameterWhy : first.backward ? words.backwardWhy : words.forwardWhy}
      </p>
      {first.rule !== null && (
        <div className="mt-1.5 text-text">
          {equationsOf(first.rule).map((tex) => (
            <Formula key={tex} tex={tex} />
          ))}
        </div>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        {first.isParameter && <Button onClick={() => runCommand(app, "resetRun")}>{words.beginAgain}</Button>}
        {first.guard !== null && (
          <Button onClick={guard} title={words.clampHint(printNumber(smallest))}>
            {words.insertClamp}
          </Button>
        )}
        <Button onClick={show}>{words.show}</Button>
      </div>
    </div>
  );
}

/** One line that says whether all is well. */
function Overview({ health }: { readonly health: Health }) {
  const { range } = health;
  return (
    <div className="flex items-start gap-2.5 border-b border-line px-3.5 py-3">
      <CircleCheck size={15} strokeWidth={1.75} className="mt-px shrink-0 text-ok" aria-hidden />
      <div>
        <p className="font-[550]">{words.finite}</p>
        <p className="mt-0.5 text-small text-text2">
          {range === null
            ? words.noneAt(health.step)
            : words.between(health.edges, printNumber(range[0]), printNumber(range[1]), health.step)}
        </p>
      </div>
    </div>
  );
}

/** The panel, of the graphs on the canvas. */
export function HealthPanel() {
  const health = useHealth();
  if (health === null)
    return (
      <Empty title={text.canvas.noGradients} sentence={text.canvas.noGradientsText} keys={shownKeys("stepOnce")} />
    );
  return (
    <div className="h-full overflow-y-auto" data-testid="health">
      {health.first === null ? <Overview health={health} /> : <First first={health.first} />}
      {health.worst.length > 0 && <Worst health={health} />}
      {health.path.length > 1 && <MainPath path={health.path} />}
      {health.zeros.length > 0 && (
        <Section title={words.activations}>
          {health.zeros.map(({ node, name, share }) => (
            <Fact
              key={node}
              name={words.zeros(name)}
              value={`${(100 * share).toFixed(1)} %`}
              {...(share >= deadShare ? { tone: "warn" } : {})}
            />
          ))}
        </Section>
      )}
    </div>
  );
}
