/** @file The row of switches of what is selected: mute, bypass, freeze, collapse, breakpoint. */
import type { GraphNode, NodeFlags } from "@chainrule/engine/analysis";
import { CircleDot, EyeOff, Minimize2, Route, Snowflake, type LucideIcon } from "lucide-react";
import { useApp } from "../app/app";
import { commands, type CommandId } from "../commands/registry";
import { runCommand } from "../commands/run-command";
import { shownKeys } from "../commands/shown-keys";
import { IconButton } from "../ui/button";

const switches = [
  ["mute", "muted", EyeOff],
  ["bypass", "bypassed", Route],
  ["freeze", "frozen", Snowflake],
  ["collapse", "collapsed", Minimize2],
  ["toggleBreakpoint", "breakpoint", CircleDot],
] as const satisfies readonly (readonly [CommandId, keyof NodeFlags, LucideIcon])[];

/** Each is on where all of the nodes have it. */
export function FlagRow({ nodes }: { readonly nodes: readonly GraphNode[] }) {
  const app = useApp();
  return (
    <div className="flex items-center gap-1 border-b border-line px-2.5 py-1.5">
      {switches.map(([command, flag, icon]) => (
        <IconButton
          key={command}
          icon={icon}
          label={commands.get(command)?.title ?? command}
          keys={shownKeys(command)}
          pressed={nodes.length > 0 && nodes.every((node) => node.flags?.[flag] === true)}
          onClick={() => runCommand(app, command)}
        />
      ))}
    </div>
  );
}
