/** @file Text that gives way in its middle: the end of a long name tells it apart as much as its beginning. */
import { classNames } from "./class-names";

/** Letters that always stay at the end. */
const endLetters = 9;

/** One line; all of the text is there to be read and copied, and shown by the pointer. */
export function MiddleText({ text, className }: { readonly text: string; readonly className?: string }) {
  const letters = Array.from(text);
  const cut = letters.length > 2 * endLetters ? letters.length - endLetters : letters.length;
  return (
    <span className={classNames("flex min-w-0 whitespace-pre", className)} title={text}>
      <span className="min-w-0 overflow-hidden text-ellipsis whitespace-pre">{letters.slice(0, cut).join("")}</span>
      {cut < letters.length && <span className="shrink-0">{letters.slice(cut).join("")}</span>}
    </span>
  );
}
