/** @file The app: the parts that commands and screens work with, made once and handed down. */
import { createContext, useContext } from "react";
import type { DocumentHistory } from "../document/history";
import type { Workspace } from "../workspace/workspace";

/** Everything there is one of in a window. */
export interface App {
  readonly history: DocumentHistory;
  readonly workspace: Workspace;
}

const AppContext = createContext<App | null>(null);
export const AppProvider = AppContext.Provider;

/** The app of the window a component is drawn in. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error("Invariant: a component was drawn outside AppProvider");
  return app;
}
