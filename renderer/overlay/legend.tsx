/** @file The legend: what colour, width and shape of an edge mean, always in view. */
import { Lock, LockOpen } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { text } from "../text/text";
import { IconButton } from "../ui/button";
import { Segmented } from "../ui/segmented";
import { colour, ramp, type Theme } from "../ui/tokens";
import { overlayModes } from "./edge-style";

const words = text.canvas.legend;

function Wedge({
  low,
  high,
  theme,
  sign,
}: {
  readonly low: number;
  readonly high: number;
  readonly theme: Theme;
  readonly sign: boolean;
}) {
  const stops = sign ? [colour("negative", theme), colour("e-zero", theme), colour("positive", theme)] : ramp(theme);
  const marks = sign
    ? ["−1", "0", "1"]
    : [low, low + (high - low) / 3, low + (2 * (high - low)) / 3, high].map((decade) =>
        `1e${Math.round(decade)}`.replace("-", "−"),
      );
  return (
    <div className="w-44">
      <svg width={176} height={10} aria-hidden>
        <defs>
          <linearGradient id="wedge">
            {stops.map((stop, i) => (
              <stop key={stop} offset={i / (stops.length - 1)} stopColor={stop} />
            ))}
          </linearGradient>
        </defs>
        <path d={sign ? "M0,2H176V8H0Z" : "M0,4.5L176,1V9L0,5.5Z"} fill="url(#wedge)" />
      </svg>
      <div className="flex justify-between font-mono text-tick text-text3">
        {marks.map((mark) => (
          <span key={mark}>{mark}</span>
        ))}
      </div>
    </div>
  );
}

/** The same marks as on the edges, small. */
function States() {
  const items = [
    [
      words.none,
      <line
        key="n"
        x1={1}
        x2={25}
        y1={6}
        y2={6}
        stroke="var(--e-none)"
        strokeWidth={1.6}
        strokeDasharray="0.1 4.6"
        strokeLinecap="round"
      />,
    ],
    [words.zero, <path key="z" d="M1,4H25M1,8H25" stroke="var(--e-zero)" strokeWidth={1.3} />],
    [`${words.vanishing} ▽`, <path key="v" d="M1,6h3m5,0h5m4,0h8" stroke="var(--e-zero)" strokeWidth={2.4} />],
    [
      `${words.exploding} △`,
      <g key="x">
        <rect x={1} y={2} width={24} height={8} fill="var(--grad)" />
        <path d="M3,6l6,-3v6zM12,6l6,-3v6z" fill="var(--canvas)" />
      </g>,
    ],
    [
      words.invalid,
      <g key="i" stroke="var(--err)">
        <rect x={1.5} y={2} width={23} height={8} fill="none" />
        <path d="M2,10l8,-8M8,10l8,-8M14,10l8,-8M2,2l8,8M8,2l8,8M14,2l8,8" strokeWidth={0.8} />
      </g>,
    ],
    [
      words.directions,
      <g key="d" fill="none" stroke="var(--grad)">
        <circle cx={3} cy={6} r={1.6} fill="var(--packet)" stroke="none" />
        <path d="M18,2l-4,4l4,4M24,2l-4,4l4,4" strokeWidth={1.4} />
      </g>,
    ],
  ] as const;
  return (
    <div className="grid grid-cols-3 gap-x-4 gap-y-1.5 border-l border-line pl-4 text-caption text-text2 max-[1180px]:hidden">
      {items.map(([label, mark]) => (
        <span key={label} className="flex items-center gap-2 whitespace-nowrap">
          <svg width={26} height={12} aria-hidden>
            {mark}
          </svg>
          {label}
        </span>
      ))}
    </div>
  );
}

function useWindow() {
  const app = useApp();
  const { low, high } = useSyncExternalStore(
    (listener) => app.overlay.subscribe(listener),
    () => app.overlay.window,
  );
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const chosen = document.view.gradientWindow;
  return { low, high, locked: chosen?.locked !== false };
}

/** The legend. */
export function Legend() {
  const app = useApp();
  const mode = useStore(app.workspace, (state) => state.overlay);
  const choice = useStore(app.settings, (state) => state.theme);
  const { low, high, locked } = useWindow();
  return (
    <section
      aria-label={words.title}
      className="absolute bottom-3 left-3 z-10 flex h-[62px] items-center gap-4 rounded-float border border-line bg-panel px-3.5 shadow-float"
    >
      <div>
        <div className="mb-1 text-small font-semibold">{words.title}</div>
        <Segmented
          label={words.title}
          value={mode}
          options={overlayModes.map((value) => ({ value, label: words.modes[value] }))}
          onChange={(overlay) => app.workspace.setState({ overlay })}
        />
      </div>
      <div>
        <div className="mb-0.5 flex h-6 items-center justify-between gap-2 text-caption text-text3">
          <span>{mode === "sign" ? words.signDefinition : words.definition}</span>
          <IconButton
            icon={locked ? Lock : LockOpen}
            className="!size-5"
            label={locked ? words.unlock : words.lock}
            pressed={locked}
            onClick={() =>
              app.edits.change(words.lock, (draft) => {
                draft.view.gradientWindow = { low, high, locked: !locked };
              })
            }
          />
        </div>
        <Wedge low={low} high={high} theme={themeOf(choice)} sign={mode === "sign"} />
      </div>
      <States />
    </section>
  );
}
