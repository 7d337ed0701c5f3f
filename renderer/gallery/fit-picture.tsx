/** @file The picture of a fit that approaches the sine: the cubics that training at seed 0 goes through (scripts/gallery-fit.mjs). */
import drawn from "../../assets/gallery/fit.json";
import { text } from "../text/text";

const width = 300;
const height = 176;
const rise = 58;

function curve(of: (x: number) => number): string {
  const points: string[] = [];
  for (let i = 0; i <= 80; i++) {
    const x = -Math.PI + (2 * Math.PI * i) / 80;
    points.push(`${((i / 80) * width).toFixed(1)},${(height / 2 - of(x) * rise).toFixed(1)}`);
  }
  return `M${points.join("L")}`;
}

function cubic([a = 0, b = 0, c = 0, d = 0]: readonly number[]): (x: number) => number {
  return (x) => a + b * x + c * x ** 2 + d * x ** 3;
}

const opacities = [0.22, 0.4, 0.6, 1] as const;
const lines = [-1, 0, 1].map((y) => `M0,${height / 2 - y * rise}H${width}`).join("");
const columns = [0.25, 0.5, 0.75].map((t) => `M${t * width},0V${height}`).join("");

/** Early fits faint, the last one in full, the sine dashed. */
export function FitPicture() {
  const last = drawn.fits.at(-1);
  return (
    <figure className="flex h-full flex-col">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className="min-h-0 w-full flex-1 overflow-hidden"
        preserveAspectRatio="none"
        aria-hidden
      >
        <path d={lines + columns} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        <path
          d={curve(Math.sin)}
          fill="none"
          stroke="var(--text2)"
          strokeWidth={1.6}
          strokeDasharray="5 4"
          vectorEffect="non-scaling-stroke"
        />
        {drawn.fits.map(({ step, coefficients }, i) => (
          <path
            key={step}
            d={curve(cubic(coefficients))}
            fill="none"
            stroke="var(--accent)"
            strokeWidth={i === drawn.fits.length - 1 ? 2.2 : 1.4}
            opacity={opacities[i] ?? 1}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <figcaption className="flex gap-4 border-t border-line px-1 pt-2 text-caption text-text2">
        <span className="flex items-center gap-1.5">
          <svg width={16} height={4} aria-hidden>
            <path d="M0,2H16" stroke="var(--accent)" strokeWidth={2} />
          </svg>
          {text.gallery.fit(last?.step ?? 0)}
        </span>
        <span className="flex items-center gap-1.5">
          <svg width={16} height={4} aria-hidden>
            <path d="M0,2H16" stroke="var(--text2)" strokeWidth={1.6} strokeDasharray="4 2.5" />
          </svg>
          sin x
        </span>
      </figcaption>
    </figure>
  );
}
