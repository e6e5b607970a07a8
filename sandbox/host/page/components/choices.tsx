import type {
  CheckboxProps,
  MultiSelectProps,
  RadioButtonProps,
  SelectProps,
  ToggleGroupProps,
  ToggleProps,
} from '@hubspot/ui-extensions';
import {
  Checkbox as MantineCheckbox,
  Group,
  MultiSelect as MantineMultiSelect,
  Radio,
  Select as MantineSelect,
  Stack,
  Switch,
} from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useOwnName } from '../extension/surface-context.ts';
import { useRemoteValue } from '../extension/remote-value.ts';
import { framed } from './field-frame.tsx';
import { useFormField } from './form.tsx';
import { stepOf } from './sizes.ts';

type Choice = string | number | boolean;

/** Mantine wants strings; HubSpot's options may be numbers or booleans. */
const toKey = (value: Choice | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);
const fromKey = (key: string): Choice => JSON.parse(key) as Choice;

const toData = (options: SelectProps['options'] | undefined) =>
  (options ?? []).map(({ label, value }) => ({ label, value: JSON.stringify(value) }));

const MANY = 8;

export const Select = (props: SelectProps) => {
  const { shown, produce } = useRemoteValue<Choice | undefined>(props.value, undefined);
  useFormField(props.name, shown);
  // A value that is not among the options (or '') is no choice.
  const key = props.options?.some(({ value }) => value === shown) ? toKey(shown) : null;
  return (
    <MantineSelect
      {...framed(props)}
      data={toData(props.options)}
      value={key}
      readOnly={props.readOnly ?? false}
      placeholder={props.placeholder ?? 'Select'}
      variant={props.variant === 'transparent' ? 'unstyled' : 'default'}
      searchable={(props.options?.length ?? 0) > MANY}
      allowDeselect={false}
      checkIconPosition="right"
      onChange={(next) => {
        if (next === null) return;
        produce(fromKey(next));
        void props.onChange?.(fromKey(next));
      }}
      {...(props.onInput && { onSearchChange: (text: string) => void props.onInput?.(text) })}
    />
  );
};

export const MultiSelect = (props: MultiSelectProps) => {
  const { shown, produce } = useRemoteValue<Choice[]>(props.value, []);
  useFormField(props.name, shown);
  return (
    <MantineMultiSelect
      {...framed(props)}
      data={toData(props.options)}
      value={shown.flatMap((value) => toKey(value) ?? [])}
      readOnly={props.readOnly ?? false}
      placeholder={shown.length ? undefined : (props.placeholder ?? 'Select')}
      searchable
      onChange={(keys) => {
        const next = keys.map(fromKey);
        produce(next);
        void props.onChange?.(next);
      }}
    />
  );
};

const checkSize = (size: string | undefined) => (size && stepOf(size) === 'sm' ? 'xs' : 'sm');

export const Checkbox = (props: CheckboxProps) => {
  const { shown, produce } = useRemoteValue<boolean>(props.checked, props.initialIsChecked ?? false);
  useFormField(props.name, shown ? (props.value ?? 'true') : undefined);
  return (
    <MantineCheckbox
      label={props.children}
      description={props.description}
      aria-label={props['aria-label']}
      size={checkSize(props.size)}
      checked={shown}
      disabled={props.readOnly ?? props.readonly ?? false}
      style={props.inline ? { display: 'inline-block', marginRight: 16 } : undefined}
      onChange={(event) => {
        produce(event.currentTarget.checked);
        void props.onChange?.(event.currentTarget.checked, props.value ?? '');
      }}
    />
  );
};

/**
 * The browser keeps radios of one name exclusive by itself, so the check mark lives in the DOM: it moves at once,
 * and what the extension says later is put over it.
 */
export const RadioButton = (props: RadioButtonProps) => {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current && props.checked !== undefined) input.current.checked = props.checked;
  }, [props.checked]);
  useFormField(props.name && props.checked ? props.name : undefined, props.value);
  return (
    <Radio
      ref={input}
      name={useOwnName(props.name)}
      value={props.value ?? ''}
      label={props.children}
      description={props.description}
      size={checkSize(props.size)}
      defaultChecked={props.checked ?? props.initialIsChecked ?? false}
      disabled={props.readOnly ?? props.readonly ?? false}
      style={props.inline ? { display: 'inline-block', marginRight: 16 } : undefined}
      onChange={(event) => void props.onChange?.(event.currentTarget.checked, props.value ?? '')}
    />
  );
};

const initial = ({ options }: ToggleGroupProps): string[] =>
  options.filter(({ initialIsChecked }) => initialIsChecked).map(({ value }) => value);

export const ToggleGroup = (props: ToggleGroupProps) =>
  props.toggleType === 'radioButtonList' ? <RadioList {...props} /> : <CheckboxList {...props} />;

const arranged = (inline: boolean | undefined) => (inline ? Group : Stack);

const RadioList = (props: Extract<ToggleGroupProps, { toggleType: 'radioButtonList' }>) => {
  const { shown, produce } = useRemoteValue<string>(props.value, initial(props)[0] ?? '');
  useFormField(props.name, shown);
  const Arranged = arranged(props.inline);
  return (
    <Radio.Group
      {...framed(props)}
      name={useOwnName(props.name)}
      value={shown}
      onChange={(value) => {
        produce(value);
        void props.onChange?.(value);
      }}
    >
      <Arranged gap="xs" mt={6}>
        {props.options.map((option) => (
          <Radio
            key={option.value}
            value={option.value}
            label={option.label}
            description={option.description}
            size={checkSize(props.size)}
            disabled={option.readOnly ?? option.readonly ?? false}
          />
        ))}
      </Arranged>
    </Radio.Group>
  );
};

const CheckboxList = (props: Exclude<ToggleGroupProps, { toggleType: 'radioButtonList' }>) => {
  const { shown, produce } = useRemoteValue<string[]>(props.value, initial(props));
  useFormField(props.name, shown);
  const Arranged = arranged(props.inline);
  return (
    <MantineCheckbox.Group
      {...framed(props)}
      value={shown}
      onChange={(values) => {
        produce(values);
        void props.onChange?.(values);
      }}
    >
      <Arranged gap="xs" mt={6}>
        {props.options.map((option) => (
          <MantineCheckbox
            key={option.value}
            value={option.value}
            label={option.label}
            description={option.description}
            size={checkSize(props.size)}
            disabled={option.readOnly ?? option.readonly ?? false}
          />
        ))}
      </Arranged>
    </MantineCheckbox.Group>
  );
};

export const Toggle = (props: ToggleProps) => {
  const { shown, produce } = useRemoteValue<boolean>(props.checked, props.initialIsChecked ?? false);
  useFormField(props.name, shown ? 'true' : 'false');
  const state = shown ? (props.textChecked ?? 'On') : (props.textUnchecked ?? 'Off');
  return (
    <Switch
      label={props.labelDisplay === 'hidden' ? undefined : props.label}
      aria-label={props.labelDisplay === 'hidden' ? props.label : undefined}
      size={checkSize(props.size)}
      checked={shown}
      disabled={props.readOnly ?? false}
      description={props.textChecked || props.textUnchecked ? state : undefined}
      onChange={(event) => {
        produce(event.currentTarget.checked);
        void props.onChange?.(event.currentTarget.checked);
      }}
    />
  );
};
