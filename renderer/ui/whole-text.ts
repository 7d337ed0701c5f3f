/** @file Text that ends in an ellipsis shows its whole under the pointer: a title where there is none, taken away when it fits again. */

const mark = "wholeText";

function isCut(element: HTMLElement): boolean {
  return element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).textOverflow === "ellipsis";
}

/** Watches the pointer over a page, whatever is drawn there. */
export function followCutText(root: HTMLElement): void {
  root.addEventListener("pointerover", ({ target }) => {
    if (!(target instanceof Element)) return;
    for (let at: Element | null = target; at !== null && at !== root; at = at.parentElement) {
      if (!(at instanceof HTMLElement)) continue;
      const isOurs = at.dataset[mark] !== undefined;
      if (isOurs && !isCut(at)) {
        at.removeAttribute("title");
        delete at.dataset[mark];
      } else if ((isOurs || at.closest("[title]") === null) && isCut(at)) {
        at.title = at.textContent ?? "";
        at.dataset[mark] = "";
      }
    }
  });
}
