/** @file The field of an attribute, by its declared kind. */
import type { AttributeSpec } from "@chainrule/engine/analysis";
import { text } from "../text/text";
import { ChoiceField, FlagField } from "./choice-fields";
import { NumberField } from "./number-field";
import { WrittenField } from "./written-field";
import { printWritten, problemOf, readWritten } from "./written-text";

interface AttributeFieldProps {
  readonly name: string;
  readonly spec: AttributeSpec<unknown>;
  readonly value: unknown;
  readonly onChange: (value: unknown, mergeKey?: string) => void;
}

/** Shows the default where nothing is written. */
export function AttributeField({ name, spec, value, onChange }: AttributeFieldProps) {
  const shown = value === undefined ? spec.default : value;
  if (spec.kind === "bool") return <FlagField label={name} value={shown === true} onChange={onChange} />;
  if (spec.choices !== undefined) {
    const options = spec.choices.map((choice) => ({ value: choice, label: choice }));
    return (
      <ChoiceField
        label={name}
        value={printWritten(shown)}
        options={spec.nullable ? [{ value: "", label: text.inspector.auto }, ...options] : options}
        onChange={(chosen) => onChange(chosen === "" ? null : chosen)}
      />
    );
  }
  if (spec.kind === "int" || spec.kind === "float")
    return <NumberField label={name} value={shown} spec={spec} onChange={onChange} />;
  return (
    <WrittenField
      label={name}
      mono
      printed={printWritten(shown)}
      read={(written) => readWritten(name, spec, written)}
      fault={value === undefined ? null : problemOf(name, spec, value)}
      onChange={(next) => onChange(next)}
    />
  );
}
