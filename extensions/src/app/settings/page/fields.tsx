import { Input, MultiSelect, NumberInput, Text, TextArea } from '@hubspot/ui-extensions';
import { useState } from 'react';

/** What every field is given. */
type Field<T> = {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly first: T;
  /** What is wrong with it, or `null`. */
  readonly problem: string | null;
};

/** The error of a field as HubSpot's inputs take it; nothing where it is fine. */
const errorOf = (problem: string | null) =>
  problem === null ? {} : { error: true, validationMessage: problem };

type NumberProps = Field<number | null> & { readonly onType: (value: number | null) => void };

/**
 * Fields keep their own text and only report it: a value sent back from the worker arrives late, and would overwrite
 * what was typed meanwhile.
 */
export function NumberField({ name, label, description, first, problem, onType }: NumberProps) {
  const [firstNumber] = useState(first);
  // An emptied field reports whatever the host makes of it.
  const report = (value: unknown): void => {
    onType(typeof value === 'number' && Number.isFinite(value) ? value : null);
  };
  return (
    <NumberInput
      name={name}
      label={label}
      onChange={report}
      {...(firstNumber !== null && { defaultValue: firstNumber })}
      {...(description !== undefined && { description })}
      {...errorOf(problem)}
    />
  );
}

type TextProps = Field<string> & { readonly rows?: number; readonly onType: (value: string) => void };

export function TextField({ name, label, description, first, problem, rows, onType }: TextProps) {
  const [firstText] = useState(first);
  const props = {
    name,
    label,
    defaultValue: firstText,
    onInput: onType,
    onChange: onType,
    ...(description !== undefined && { description }),
    ...errorOf(problem),
  };
  return rows === undefined ? <Input {...props} /> : <TextArea rows={rows} {...props} />;
}

type LinesProps = Field<readonly string[]> & { readonly onType: (lines: string[]) => void };

/** A list of words, one per line. */
export function LinesField({ first, onType, ...field }: LinesProps) {
  return <TextField {...field} rows={3} first={first.join('\n')} onType={(text) => onType(linesOf(text))} />;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

type Option<V> = { readonly value: V; readonly label: string };
type ManyProps<V> = Omit<Field<readonly V[]>, 'first'> & {
  readonly value: readonly V[];
  readonly options: readonly Option<V>[];
  readonly onChoose: (values: V[]) => void;
};

/** Several of what there is; a value that is no longer among the options can still be taken out. */
export function ManyField<V extends string | number>(props: ManyProps<V>) {
  const { name, label, description, problem, value, options, onChoose } = props;
  const known = new Set(options.map((option) => option.value));
  const gone = value.filter((one) => !known.has(one)).map((one) => ({ value: one, label: String(one) }));
  return (
    <MultiSelect
      name={name}
      label={label}
      value={[...value]}
      options={[...options, ...gone]}
      // HubSpot gives back values of the options, which are of one type.
      onChange={(chosen) => onChoose(chosen as V[])}
      {...(description !== undefined && { description })}
      {...errorOf(problem)}
    />
  );
}

/** What is wrong with something that has no input of its own. */
export function Wrong({ problem }: { readonly problem: string | null }) {
  return problem === null ? null : <Text format={{ fontWeight: 'bold' }}>{problem}</Text>;
}
