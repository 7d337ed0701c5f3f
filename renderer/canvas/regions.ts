/** @file Opening and closing regions on the canvas, and choosing whose numbers they show. */
import type { App } from "../app/app";
import { focusScope, type RegionChoice } from "../workspace/workspace";

/** Changes the choice for a region, named by its node's key on the canvas. */
export function setRegion(app: App, nodeKey: string, choice: RegionChoice): void {
  const { regions } = app.workspace.getState();
  const key = `${nodeKey}/`;
  if (choice.open === false) focusScope(app.workspace, []);
  app.workspace.setState({ regions: new Map(regions).set(key, { ...regions.get(key), ...choice }) });
}
