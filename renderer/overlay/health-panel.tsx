/** @file Health: the first NaN or Inf, the worst edges with the legend's marks, RMS along the main path, dead activations. */
import { CircleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { classNames } from "../ui/class-names";
import { printNumber } from "../ui/number-text";
import { Empty, Fact, Section } from "../ui/section";
import { rampColour } from "../ui/tokens";
import { currentGraph, select } from "../workspace/workspace";
import { positionIn } from "./edge-style";
import { healthOf, type EdgeHealth, type Health } from "./health";
import { EdgeMark } from "./edge-mark";

const words = text.health;
/** A list that is read need not follow every sample. */
const everyMs = 250;
/** From this share of zeros on a gate counts as dead. */
const deadShare = 0.99;

function useHealth(): Health | null {
  const app = useApp();
  const graph = useStore(app.workspace, currentGraph);
  const [health, setHealth] = useState<Health | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const read = (): void => {
      timer = null;
      setHealth(graph === null ? null : healthOf(app, graph));
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
  }, [app, graph]);
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
            <li key={to.join("/")}>
              <button
                type="button"
                className={classNames(
                  "flex h-6 w-full items-center gap-2.5 rounded-field px-1.5 text-left text-small hover:bg-hover",
                  isSelected && "bg-hover",
                )}
                onClick={() => app.workspace.setState({ selectedEdge: to, selection: new Set() })}
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
  const height = 44;
  const step = 248 / Math.max(path.length, 1);
  return (
    <Section title={words.path} aside={<span className="text-caption text-text3">{words.forward}</span>}>
      <svg width="100%" viewBox={`0 0 248 ${height}`} role="img" aria-label={words.path}>
        {path.map((bar, i) => {
          const t = bar.rms > 0 ? positionIn(window, bar.rms) : 0;
          const tall = Number.isFinite(bar.rms) ? Math.max(2, t * height) : height;
          const rgb = rampColour(theme, t).map((c) => Math.round(c * 255));
          return (
            <rect
              key={i}
              x={i * step + 1.5}
              y={height - tall}
              width={Math.max(step - 3, 1)}
              height={tall}
              fill={Number.isFinite(bar.rms) ? `rgb(${rgb.join(",")})` : "var(--err)"}
            >
              <title>{`${bar.name}: ${printNumber(bar.rms)}`}</title>
            </rect>
          );
        })}
      </svg>
    </Section>
  );
}

/** The panel, of the graph that holds the selection. */
export function HealthPanel() {
  const app = useApp();
  const health = useHealth();
  if (health === null) return <Empty sentence={text.edges.empty} />;
  const { first } = health;
  return (
    <div className="h-full overflow-y-auto" data-testid="health">
      {first !== null && (
        <div className="m-3.5 rounded-float border border-err bg-err-soft p-3">
          <div className="flex items-center gap-2 font-semibold text-err">
            <CircleAlert size={15} />
            {words.first(first.what, first.name, first.backward)}
          </div>
          <p className="mt-1.5 text-small text-text">{first.backward ? words.backwardWhy : words.forwardWhy}</p>
          <Button
            className="mt-2"
            onClick={() => {
              select(app.workspace, [first.node]);
              app.canvas.fit([first.node]);
            }}
          >
            {words.show}
          </Button>
        </div>
      )}
      {health.worst.length > 0 && <Worst health={health} />}
      {health.path.length > 1 && <MainPath path={health.path} />}
      {health.zeros.length > 0 && (
        <Section title={words.activations}>
          {health.zeros.map(({ node, name, share }) => (
            <div key={node} className={classNames(share >= deadShare && "[&_span:last-child]:text-warn")}>
              <Fact name={words.zeros(name)} value={`${(100 * share).toFixed(1)} %`} />
            </div>
          ))}
        </Section>
      )}
    </div>
  );
}
