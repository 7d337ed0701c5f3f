/** @file A formula in KaTeX. */
import katex from "katex";
import "katex/dist/katex.min.css";
import { useEffect, useRef } from "react";

/** Typeset maths; what KaTeX cannot read shows as its source. Nothing in a formula can run or link. */
export function Formula({ tex, display }: { readonly tex: string; readonly display?: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    katex.render(tex, place.current, {
      throwOnError: false,
      trust: false,
      strict: "ignore",
      displayMode: display ?? false,
      maxSize: 20,
      maxExpand: 200,
      output: "html",
    });
  }, [tex, display]);
  return <span ref={place} className="min-w-0 overflow-x-auto text-[13px]" role="math" aria-label={tex} />;
}
