/** @file The parts of the window that F6 goes through: each marks itself with data-pane. */

const reachable = "button:not(:disabled), input:not(:disabled), select, textarea, [tabindex='0']";

function enter(pane: HTMLElement): void {
  const canvas = pane.querySelector<HTMLElement>("[data-canvas]");
  const inside = canvas ?? pane.querySelector<HTMLElement>(`[role=tab][aria-selected=true], ${reachable}`);
  (inside ?? pane).focus();
}

/** Moves the focus to the next part on the screen, or back. */
export function goToPane(by: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((pane) => pane.offsetParent !== null);
  if (panes.length === 0) return;
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[here === -1 ? 0 : (here + by + panes.length) % panes.length];
  if (next !== undefined) enter(next);
}
