/** @file The legend: what colour, width and shape of an edge mean, always in view. */
import { Lock, LockOpen } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { text } from "../text/text";
import { Hint } from "../ui/button";
import { Segmented } from "../ui/segmented";
import { colour, ramp, type Theme } from "../ui/tokens";
import { overlayModes } from "./edge-style";
import { States, StatesPopover } from "./legend-states";

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
    <div className="w-[160px]">
      <svg width={160} height={10} aria-hidden>
        <defs>
          <linearGradient id="wedge">
            {stops.map((stop, i) => (
              <stop key={stop} offset={i / (stops.length - 1)} stopColor={stop} />
            ))}
          </linearGradient>
        </defs>
        <path d={sign ? "M0,2H160V8H0Z" : "M0,4.5L160,1V9L0,5.5Z"} fill="url(#wedge)" />
      </svg>
      <div className="flex justify-between font-mono text-tick text-text3">
        {marks.map((mark) => (
          <span key={mark}>{mark}</span>
        ))}
      </div>
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
  const scale = chosen === undefined ? "fixed" : chosen.locked ? "locked" : "follows";
  return { low, high, scale } as const;
}

/** The legend. */
export function Legend() {
  const app = useApp();
  const mode = useStore(app.workspace, (state) => state.overlay);
  const choice = useStore(app.settings, (state) => state.theme);
  const { low, high, scale } = useWindow();
  const isHeld = scale !== "follows";
  const ScaleIcon = isHeld ? Lock : LockOpen;
  return (
    <section
      aria-label={words.title}
      className="pointer-events-auto absolute bottom-3 left-3 flex h-[62px] items-center gap-3.5 rounded-float border border-line bg-panel px-3.5 shadow-float"
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
        <div className="mb-1 flex items-center justify-between gap-2 text-caption text-text3">
          <span className="whitespace-nowrap">{mode === "sign" ? words.signDefinition : words.definition}</span>
          {mode !== "sign" && (
            <Hint label={isHeld ? words.unlock : words.lock} keys={null}>
              <button
                type="button"
                className="-my-0.5 flex items-center gap-1 rounded-field px-1 hover:bg-hover hover:text-text"
                aria-label={isHeld ? words.unlock : words.lock}
                aria-pressed={isHeld}
                onClick={() =>
                  app.edits.change(words.lock, (draft) => {
                    draft.view.gradientWindow = { low, high, locked: !isHeld };
                  })
                }
              >
                <ScaleIcon size={11} aria-hidden />
                {words[scale]}
              </button>
            </Hint>
          )}
        </div>
        <Wedge low={low} high={high} theme={themeOf(choice)} sign={mode === "sign"} />
      </div>
      <States className="grid-cols-3 border-l border-line pl-3.5 @max-[760px]:hidden" />
      <StatesPopover className="hidden @max-[760px]:flex" />
    </section>
  );
}
