import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ActForm } from '../acts/act-form.tsx';
import type { PropertyDefinition } from '../crm.ts';
import { editable } from '../editing/value-input.tsx';
import { useNotify } from '../notices.tsx';
import { useSession } from '../session.tsx';
import { type CustomAction, type List, makeWorkflow } from './read-workflows.ts';
import { type Draft, EMPTY, TEMPLATES, toWorkflow } from './templates.ts';

type Props = {
  readonly actions: readonly CustomAction[];
  readonly definitions: readonly PropertyDefinition[];
  readonly lists: readonly List[];
  readonly made: () => void;
};

type Choice = { readonly value: string; readonly label: string };
/** Fields of the draft that hold a text. */
type TextField = { [Key in keyof Draft]: Draft[Key] extends string ? Key : never }[keyof Draft];

const NOTHING: Choice = { value: '', label: '—' };
const asChoice = (name: string): Choice => ({ value: name, label: name });

/** A new workflow of contacts: from a template, then changed as wanted. */
export const WorkflowForm = ({ actions, definitions, lists, made }: Props) => {
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
  const choice = (label: string, field: TextField, data: readonly Choice[], required = false) => (
    <NativeSelect
      size="xs"
      label={label}
      value={draft[field]}
      data={[...data]}
      required={required}
      onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
    />
  );
  const text = (label: string, field: TextField, required = false) => (
    <TextInput
      size="xs"
      label={label}
      value={draft[field]}
      required={required}
      onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
    />
  );
  const inputs = (uid: string, field: 'askInputs' | 'callInputs') => (
    <ActionInputs
      action={actions.find((one) => one.uid === uid)}
      values={draft[field]}
      set={(values) => set({ [field]: values })}
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
      {choice('A contact comes in when', 'trigger', [
        { value: 'property', label: 'a property changes' },
        { value: 'list', label: 'it joins a list' },
      ])}
      {draft.trigger === 'list' ? (
        choice(
          'The list',
          'listId',
          [NOTHING, ...lists.map(({ listId, name }) => ({ value: listId, label: name }))],
          true,
        )
      ) : (
        <>
          {choice('When this property of a contact changes', 'property', properties)}
          {text('To this value (empty: to any)', 'value')}
        </>
      )}
      {choice('Ask the app', 'ask', [NOTHING, ...forContacts])}
      {inputs(draft.ask, 'askInputs')}
      {draft.ask !== '' && (
        <>
          {choice('Go on only if this answer', 'field', [NOTHING, ...outputs.map(asChoice)])}
          {text('is (several with commas between)', 'is')}
          {choice('Else note this answer at the record', 'noteElse', [NOTHING, ...outputs.map(asChoice)])}
        </>
      )}
      {choice('Then call the app', 'call', [NOTHING, ...forContacts])}
      {inputs(draft.call, 'callInputs')}
      {choice('Then set a property', 'setProperty', [NOTHING, ...writable])}
      {draft.setProperty !== '' && text('To', 'setTo')}
    </ActForm>
  );
};

type InputsProps = {
  readonly action: CustomAction | undefined;
  readonly values: Readonly<Record<string, string>>;
  readonly set: (values: Readonly<Record<string, string>>) => void;
};

/** What an action of the app wants to be given; every field may stay empty. */
const ActionInputs = ({ action, values, set }: InputsProps) =>
  action?.inputFields.map(({ name, label, options }) => {
    const field = {
      size: 'xs',
      label: `${action.label}: ${label}`,
      value: values[name] ?? '',
      onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
        set({ ...values, [name]: currentTarget.value }),
    } as const;
    return options.length > 0 ? (
      <NativeSelect key={name} {...field} data={[NOTHING, ...options]} />
    ) : (
      <TextInput key={name} {...field} />
    );
  });
