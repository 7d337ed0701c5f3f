/** @file The panel under the canvas: training, timeline, edges, problems. */
import { ChevronDown } from "lucide-react";
import { Tabs } from "radix-ui";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { EdgeTable } from "../overlay/edge-table";
import { Problems } from "../problems/problems";
import { text } from "../text/text";
import { TimelinePanel } from "../timeline/timeline-panel";
import { TrainingPanel } from "../training/training-panel";
import { IconButton } from "../ui/button";
import { tabStyle } from "../ui/tab-style";
import { bottomTabs, type BottomTab } from "../workspace/workspace";
import { useApp } from "./app";

const panels: Readonly<Record<BottomTab, () => React.ReactNode>> = {
  training: TrainingPanel,
  timeline: TimelinePanel,
  edges: EdgeTable,
  problems: Problems,
};

/** The bottom panel. */
export function BottomPanel() {
  const app = useApp();
  const tab = useStore(app.workspace, (state) => state.bottomTab);
  const diagnostics = useStore(app.analysis, (state) => state.analysis.diagnostics);
  const hasFailed = useStore(app.engine.state, ({ failure }) => failure !== null);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) =>
        app.workspace.setState({ bottomTab: bottomTabs.find((known) => known === value) ?? "training" })
      }
      className="flex h-full flex-col"
    >
      <div className="flex h-9 shrink-0 items-center border-b border-line pr-2">
        <Tabs.List className="flex h-full items-stretch gap-1 px-2" aria-label={text.panels.training}>
          {bottomTabs.map((name) => (
            <Tabs.Trigger key={name} value={name} className={tabStyle}>
              {text.panels[name]}
              {name === "problems" && (
                <Count
                  errors={diagnostics.filter((d) => d.severity === "error").length + Number(hasFailed)}
                  warnings={diagnostics.filter((d) => d.severity === "warning").length}
                />
              )}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <span className="mr-2 ml-auto flex gap-3 text-small text-text3">
          <span>
            {text.bar.seed} <span className="font-mono text-[11.5px]">{document.seed}</span>
          </span>
        </span>
        <IconButton
          icon={ChevronDown}
          label={text.panels.hidePanel}
          onClick={() => app.workspace.setState({ bottomOpen: false })}
        />
      </div>
      {bottomTabs.map((name) => {
        const Content = panels[name];
        return (
          <Tabs.Content key={name} value={name} className="min-h-0 flex-1 outline-none">
            <Content />
          </Tabs.Content>
        );
      })}
    </Tabs.Root>
  );
}

function Count({ errors, warnings }: { readonly errors: number; readonly warnings: number }) {
  return (
    <>
      {errors > 0 && <span className="rounded-full bg-err-soft px-1.5 font-mono text-tick text-err">{errors}</span>}
      {warnings > 0 && (
        <span className="rounded-full bg-warn-soft px-1.5 font-mono text-tick text-warn">{warnings}</span>
      )}
      {errors + warnings === 0 && (
        <span className="rounded-full bg-raised px-1.5 font-mono text-tick text-text3">0</span>
      )}
    </>
  );
}
