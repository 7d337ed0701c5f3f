/** @file Every word that main itself shows: what the window has no say in. */

export const words = {
  recent: "Open recent",
  noRecent: "No recent files",
  quit: "Quit",
  askToSave: "Save the changes before closing?",
  lostOtherwise: "Without saving, they are lost.",
  save: "Save",
  closeWithout: "Close without saving",
  cancel: "Cancel",
} as const;
