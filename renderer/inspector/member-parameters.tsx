/** @file The parameters of the member that is selected, such as a Linear's weight and bias: size and gradient now. */
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { printExtents, printNumber } from "../ui/number-text";
import { MiddleText } from "../ui/middle-text";
import { Section } from "../ui/section";

const words = text.training;

/** Nothing for a member without any, and for one that is a parameter itself. */
export function MemberParameters({ name }: { readonly name: string }) {
  const app = useApp();
  const rows = useStore(app.engine.parameters, (state) => state.rows);
  // A module is called from any depth: its name is one part of the path that state_dict gives.
  const own = rows.filter((row) => row.name.split(".").slice(0, -1).includes(name));
  if (own.length === 0) return null;
  return (
    <Section title={text.training.parameters} aside={<span className="text-caption text-text3">{words.valueRms}</span>}>
      <table className="w-full text-small">
        <thead className="sr-only">
          <tr>
            <th>{words.parameter}</th>
            <th>{words.valueRms}</th>
            <th>{words.gradRms}</th>
          </tr>
        </thead>
        <tbody>
          {own.map((row) => (
            <tr key={row.name}>
              <td className="w-full max-w-0 py-0.5">
                <span className="flex items-baseline gap-2">
                  <MiddleText text={row.name.split(".").slice(-1)[0] ?? row.name} />
                  <span className="font-mono text-tick text-text3">{printExtents(row.shape)}</span>
                </span>
              </td>
              <td className="pl-3 text-right font-mono text-[11.5px] whitespace-nowrap">
                {printNumber(row.value.rms)}
              </td>
              <td className="pl-3 text-right font-mono text-[11.5px] whitespace-nowrap text-text2">
                {row.gradient === null ? "–" : `∇ ${printNumber(row.gradient.rms)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
