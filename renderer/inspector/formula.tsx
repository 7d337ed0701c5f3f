/** @file A formula in KaTeX, on one line and never wider than its place. */
import katex from "katex";
import "katex/dist/katex.min.css";
import { useEffect, useRef } from "react";

/** Smaller than that nobody reads it. */
const smallest = 0.5;

/** Typeset maths; what KaTeX cannot read shows as its source. Nothing in a formula can run or link. */
export function Formula({ tex, display }: { readonly tex: string; readonly display?: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    katex.render(tex, element, {
      throwOnError: false,
      trust: false,
      strict: "ignore",
      displayMode: display ?? false,
      maxSize: 20,
      maxExpand: 200,
      output: "html",
    });
    const fit = (): void => {
      element.style.fontSize = "";
      const scale = element.clientWidth / Math.max(element.scrollWidth, 1);
      if (scale < 1) element.style.fontSize = `${13 * Math.max(scale, smallest)}px`;
      // What scrolls can be reached by the keys that scroll it.
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    };
    fit();
    // KaTeX's fonts come when they are first needed, and have other widths.
    void document.fonts.ready.then(fit);
    const observer = new ResizeObserver(fit);
    if (element.parentElement !== null) observer.observe(element.parentElement);
    return () => observer.disconnect();
  }, [tex, display]);
  return (
    <span
      ref={place}
      className="block min-w-0 overflow-hidden py-0.5 text-[13px] [&_.katex]:whitespace-nowrap [&_.katex-display]:m-0!"
      role="math"
      aria-label={tex}
    />
  );
}

/** The equations that a formula lists, each to stand on a line of its own. */
export function equationsOf(tex: string): readonly string[] {
  return tex.split(/,\s*\\q?quad\s*/);
}
