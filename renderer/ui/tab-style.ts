/** @file The look that all rows of tabs share: an accent line below the one that is open. */

/** For a tab of a row 36 px high; works with Radix's data-state and with aria-selected. */
export const tabStyle =
  "relative flex h-full items-center gap-1.5 px-2 text-text2 hover:text-text after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 after:bg-transparent focus-visible:-outline-offset-2 focus-visible:rounded-field aria-selected:font-[550] aria-selected:text-text aria-selected:after:bg-accent";
