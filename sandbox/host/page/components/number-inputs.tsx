import type { CurrencyInputProps, NumberInputProps, StepperInputProps } from '@hubspot/ui-extensions';
import { NumberInput as MantineNumberInput } from '@mantine/core';
import { useRef } from 'react';
import { useOwnName } from '../extension/surface-context.ts';
import { useRemoteValue } from '../extension/remote-value.ts';
import { framed } from './field-frame.tsx';
import { useFormField } from './form.tsx';

type NumberEvents = Pick<
  NumberInputProps,
  'name' | 'value' | 'defaultValue' | 'onChange' | 'onInput' | 'onBlur' | 'onFocus'
>;

/** A number that is typed here and owned over there; told when it is committed, as texts are. */
const useNumber = ({ name, value, defaultValue, onChange, onInput, onBlur, onFocus }: NumberEvents) => {
  const { shown, agreed, produce, settle } = useRemoteValue<number | string>(value, defaultValue ?? '');
  const typed = useRef(shown);
  typed.current = shown;
  const number = (): number => Number(typed.current);
  const commit = (): void => {
    const changed = agreed.current !== typed.current;
    agreed.current = typed.current;
    if (!onInput) settle(...(changed ? [typed.current] : []));
    if (changed && typed.current !== '') void onChange?.(number());
  };
  useFormField(name, shown === '' ? undefined : Number(shown), commit);
  const set = (next: number | string): void => {
    typed.current = next;
    produce(next);
    if (next !== '') void onInput?.(Number(next));
  };
  return {
    set,
    commit,
    bind: {
      name: useOwnName(name),
      value: shown,
      onChange: set,
      onBlur: () => {
        commit();
        void onBlur?.(number());
      },
      onFocus: () => {
        void onFocus?.(number());
      },
    },
  };
};

type Limits = Pick<NumberInputProps, 'min' | 'max' | 'precision' | 'readOnly' | 'placeholder'>;

const limitsOf = ({ min, max, precision, readOnly, placeholder }: Limits) => ({
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
  ...(precision !== undefined && { decimalScale: precision }),
  readOnly: readOnly ?? false,
  placeholder,
  clampBehavior: 'blur' as const,
});

export const NumberInput = (props: NumberInputProps) => {
  const { bind } = useNumber(props);
  return (
    <MantineNumberInput
      {...framed(props)}
      {...bind}
      {...limitsOf(props)}
      hideControls
      suffix={props.formatStyle === 'percentage' ? ' %' : ''}
      styles={{ input: { textAlign: props.textAlign ?? 'left' } }}
    />
  );
};

export const CurrencyInput = (props: CurrencyInputProps) => {
  const { bind } = useNumber(props);
  const currency = props.currency ?? 'USD';
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return (
    <MantineNumberInput
      {...framed(props)}
      {...bind}
      {...limitsOf({ ...props, precision: props.precision ?? digits })}
      hideControls
      thousandSeparator=","
      prefix={`${currency} `}
    />
  );
};

export const StepperInput = (props: StepperInputProps) => {
  const { bind, set, commit } = useNumber(props);
  return (
    <MantineNumberInput
      {...framed(props)}
      {...bind}
      {...limitsOf(props)}
      step={props.stepSize ?? 1}
      onChange={(value) => {
        set(value);
        // The arrows change the number without a focus that could be lost.
        if (document.activeElement?.getAttribute('name') !== bind.name) commit();
      }}
    />
  );
};
