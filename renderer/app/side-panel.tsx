/** @file The panel at the right: the inspector, or the health of the graph. */
import { useStore } from "zustand";
import { Inspector } from "../inspector/inspector";
import { HealthPanel } from "../overlay/health-panel";
import { text } from "../text/text";
import { tabStyle } from "../ui/tab-style";
import { sideTabs } from "../workspace/workspace";
import { useApp } from "./app";

/** Two tabs and what the chosen one shows. */
export function SidePanel() {
  const app = useApp();
  const tab = useStore(app.workspace, (state) => state.sideTab);
  return (
    <div className="flex h-full flex-col">
      <div
        role="tablist"
        aria-label={text.panels.inspector}
        className="flex h-9 shrink-0 items-stretch gap-1 border-b border-line px-1.5"
      >
        {sideTabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`side-${name}`}
            aria-selected={tab === name}
            aria-controls="side-panel"
            className={tabStyle}
            onClick={() => app.workspace.setState({ sideTab: name })}
          >
            {text.panels[name]}
          </button>
        ))}
      </div>
      <div id="side-panel" role="tabpanel" aria-labelledby={`side-${tab}`} className="min-h-0 flex-1">
        {tab === "inspector" ? <Inspector /> : <HealthPanel />}
      </div>
    </div>
  );
}
