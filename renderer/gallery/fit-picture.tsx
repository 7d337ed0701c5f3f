/** @file The picture of a fit that approaches the sine: the cubic that gradient descent reaches, and three on its way. */
import { text } from "../text/text";

const width = 280;
const height = 180;

/** Coefficients of a + bx + cx² + dx³, early to late: a drawing, not a result. */
const fits: readonly { readonly c: readonly [number, number, number, number]; readonly opacity: number }[] = [
  { c: [0.9, 0.1, -0.25, 0.04], opacity: 0.3 },
  { c: [0.5, 0.45, -0.09, -0.03], opacity: 0.45 },
  { c: [0.12, 0.78, -0.02, -0.08], opacity: 1 },
];

function curve(of: (x: number) => number): string {
  const points: string[] = [];
  for (let i = 0; i <= 60; i++) {
    const x = -Math.PI + (2 * Math.PI * i) / 60;
    points.push(`${((i / 60) * width).toFixed(1)},${(height / 2 - of(x) * 58).toFixed(1)}`);
  }
  return `M${points.join("L")}`;
}

export function FitPicture() {
  return (
    <figure className="flex h-full flex-col">
      <svg viewBox={`0 0 ${width} ${height}`} className="min-h-0 w-full flex-1" preserveAspectRatio="none" aria-hidden>
        <path
          d={`M0,${height / 2}H${width}M${width / 2},0V${height}`}
          stroke="var(--line)"
          vectorEffect="non-scaling-stroke"
        />
        {fits.map(({ c, opacity }) => (
          <path
            key={c.join()}
            d={curve((x) => c[0] + c[1] * x + c[2] * x ** 2 + c[3] * x ** 3)}
            fill="none"
            stroke="var(--accent)"
            strokeWidth={opacity === 1 ? 2 : 1.2}
            opacity={opacity}
            vectorEffect="non-scaling-stroke"
          />
        ))}
        <path
          d={curve(Math.sin)}
          fill="none"
          stroke="var(--text2)"
          strokeWidth={1.5}
          strokeDasharray="5 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption className="flex gap-4 px-1 pt-2 text-caption text-text3">
        <span className="text-accent">{text.gallery.fit}</span>
        <span>sin x</span>
      </figcaption>
    </figure>
  );
}
