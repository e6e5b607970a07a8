import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { PageError, type PropertyDefinition } from '../crm.ts';
import { ValueInput } from './value-input.tsx';

type Props = {
  readonly definition: PropertyDefinition;
  readonly value: string;
  /** What the button says. */
  readonly action: string;
  readonly save: (value: string) => Promise<void>;
  readonly cancel: () => void;
};

/** One property under the hand: its input, Save and Cancel, and in words why it was refused. */
export const PropertyEditor = ({ definition, value: before, action, save, cancel }: Props) => {
  const [value, setValue] = useState(before);
  const [problem, setProblem] = useState<string>();
  const [saving, setSaving] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    setProblem(undefined);
    try {
      await save(value);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      setProblem(error.sentence);
    } finally {
      setSaving(false);
    }
  };
  return (
    <form
      className="property-editor"
      aria-label={`Edit ${definition.label}`}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') cancel();
      }}
    >
      <ValueInput
        definition={definition}
        label={definition.label}
        value={value}
        onChange={setValue}
        autoFocus
      />
      {problem && (
        <p className="text-danger breakable" role="alert">
          {problem}
        </p>
      )}
      <div className="ext-button-row">
        <Button size="compact-sm" type="submit" loading={saving}>
          {action}
        </Button>
        <Button size="compact-sm" variant="default" onClick={cancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
};
