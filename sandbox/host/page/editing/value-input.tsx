import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { PropertyDefinition } from '../crm.ts';
import { nameOf, useSession } from '../session.tsx';

type Props = {
  readonly definition: PropertyDefinition;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
};

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

/** Properties that people can write, by label. */
export const editable = (definitions: readonly PropertyDefinition[]): readonly PropertyDefinition[] =>
  definitions
    .filter(({ modificationMetadata }) => modificationMetadata?.readOnlyValue !== true)
    .toSorted((a, b) => a.label.localeCompare(b.label));

/** One value as it is stored, in the kind of input that fits the property. */
export const ValueInput = ({ definition, label, value, onChange, autoFocus }: Props) => {
  const { config } = useSession();
  const common = {
    label,
    size: 'xs',
    value,
    ...(autoFocus && { 'data-autofocus': true, autoFocus }),
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  } as const;
  const owners = config.users.flatMap((user) =>
    user.ownerId ? { value: user.ownerId, label: nameOf(user) } : [],
  );
  const choices =
    definition.name === 'hubspot_owner_id'
      ? owners
      : definition.type === 'bool'
        ? YES_NO
        : definition.type === 'enumeration' && definition.fieldType !== 'checkbox'
          ? (definition.options ?? []).map(({ value: option, label: text }) => ({
              value: option,
              label: text,
            }))
          : undefined;
  if (choices) return <NativeSelect {...common} data={[{ value: '', label: 'Empty' }, ...choices]} />;
  switch (definition.type) {
    case 'date':
      return <TextInput {...common} type="date" />;
    case 'datetime':
      return (
        <TextInput
          {...common}
          type="datetime-local"
          description="UTC"
          value={value.slice(0, 16)}
          onChange={(event) => onChange(event.currentTarget.value && `${event.currentTarget.value}:00Z`)}
        />
      );
    case 'number':
      return <TextInput {...common} inputMode="decimal" />;
  }
  if (definition.fieldType === 'textarea') return <Textarea {...common} autosize minRows={2} />;
  return (
    <TextInput
      {...common}
      {...(definition.fieldType === 'checkbox' && { description: 'Several values with ; between them.' })}
    />
  );
};
