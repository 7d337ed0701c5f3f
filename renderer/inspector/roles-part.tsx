/** @file What the selected value is to the training: each role a switch that runs its command. */
import { useApp } from "../app/app";
import { commands, type CommandId } from "../commands/registry";
import { runCommand } from "../commands/run-command";
import { text } from "../text/text";
import { Section } from "../ui/section";

const roles = ["setLoss", "plotAgainst", "plotCurve"] as const satisfies readonly CommandId[];

/** Loss, the fit plot's axis and its curves. Nothing for a node that can be none of them. */
export function RolesPart() {
  const app = useApp();
  const shown = roles.flatMap((id) => {
    const command = commands.get(id);
    return command?.enabled?.(app) === true ? [{ id, title: command.title, on: command.checked?.(app) === true }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <Section title={text.inspector.roles}>
      <div className="flex flex-wrap gap-1.5">
        {shown.map(({ id, title, on }) => (
          <button
            key={id}
            type="button"
            aria-pressed={on}
            onClick={() => runCommand(app, id)}
            className={`h-6 rounded-node border px-2 text-small ${on ? "border-accent bg-accent-soft text-accent" : "border-line2 bg-raised text-text2 hover:bg-hover"}`}
          >
            {title}
          </button>
        ))}
      </div>
    </Section>
  );
}
