import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ActForm } from '../acts/act-form.tsx';
import type { PropertyDefinition } from '../crm.ts';
import { editable } from '../editing/value-input.tsx';
import { useNotify } from '../notices.tsx';
import { useSession } from '../session.tsx';
import { type CustomAction, makeWorkflow } from './read-workflows.ts';
import { type Draft, EMPTY, TEMPLATES, toWorkflow } from './templates.ts';

type Props = {
  readonly actions: readonly CustomAction[];
  readonly definitions: readonly PropertyDefinition[];
  readonly made: () => void;
};

type Choice = { readonly value: string; readonly label: string };

const NOTHING: Choice = { value: '', label: '—' };

/** A new workflow of contacts: from a template, then changed as wanted. */
export const WorkflowForm = ({ actions, definitions, made }: Props) => {
  const { config } = useSession();
  const notify = useNotify();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  const properties = definitions
    .map(({ name, label }) => ({ value: name, label }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  const writable = editable(definitions).map(({ name, label }) => ({ value: name, label }));
  const forContacts = actions
    .filter(({ objectTypes }) => objectTypes.includes('CONTACT'))
    .map(({ uid, label }) => ({ value: uid, label }));
  const outputs = actions.find(({ uid }) => uid === draft.ask)?.outputFields ?? [];
  const run = async (): Promise<void> => {
    const { name } = await makeWorkflow(config.portalId, toWorkflow(draft));
    notify({ type: 'success', message: `“${name}” is on.` });
    setDraft(EMPTY);
    made();
  };
  const choice = (label: string, field: keyof Draft, data: readonly Choice[]) => (
    <NativeSelect
      size="xs"
      label={label}
      value={draft[field]}
      data={[...data]}
      onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
    />
  );
  const text = (label: string, field: keyof Draft, required = false) => (
    <TextInput
      size="xs"
      label={label}
      value={draft[field]}
      required={required}
      onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
    />
  );
  return (
    <ActForm title="New workflow" action="Switch it on" run={run}>
      <NativeSelect
        size="xs"
        label="Template"
        data={TEMPLATES.map(({ label }) => label)}
        onChange={({ currentTarget }) =>
          setDraft(TEMPLATES.find(({ label }) => label === currentTarget.value)?.fill(actions) ?? EMPTY)
        }
      />
      {text('Name', 'name', true)}
      {choice('When this property of a contact changes', 'property', properties)}
      {text('To this value (empty: to any)', 'value')}
      {choice('Ask the app', 'ask', [NOTHING, ...forContacts])}
      {draft.ask !== '' && (
        <>
          {choice('Go on only if this answer', 'field', [
            NOTHING,
            ...outputs.map((name) => ({ value: name, label: name })),
          ])}
          {text('is', 'is')}
        </>
      )}
      {choice('Then call the app', 'call', [NOTHING, ...forContacts])}
      {choice('Then set a property', 'setProperty', [NOTHING, ...writable])}
      {draft.setProperty !== '' && text('To', 'setTo')}
    </ActForm>
  );
};
