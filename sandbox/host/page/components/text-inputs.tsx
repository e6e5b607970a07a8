import type { InputProps, SearchInputProps, TextAreaProps } from '@hubspot/ui-extensions';
import { CloseButton, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ChangeEvent, useRef } from 'react';
import { useOwnName } from '../extension/surface-context.ts';
import { useRemoteValue } from '../extension/remote-value.ts';
import { framed } from './field-frame.tsx';
import { useFormField } from './form.tsx';

type TextEvents = Pick<
  InputProps,
  'name' | 'value' | 'defaultValue' | 'onChange' | 'onInput' | 'onBlur' | 'onFocus'
>;

/**
 * A text that is typed here and owned over there. `onInput` is told of each keystroke; `onChange` only when the text
 * is committed: at the loss of focus and when the form is sent (the SDK's own documentation of the two).
 */
const useText = ({ name, value, defaultValue, onChange, onInput, onBlur, onFocus }: TextEvents) => {
  const { shown, agreed, produce, settle } = useRemoteValue<string>(value, defaultValue ?? '');
  const typed = useRef(shown);
  typed.current = shown;
  const commit = (): void => {
    const text = typed.current;
    const changed = agreed.current !== text;
    agreed.current = text;
    if (!onInput) settle(...(changed ? [text] : []));
    if (changed) void onChange?.(text);
  };
  useFormField(name, shown, commit);
  const type = (text: string): void => {
    typed.current = text;
    produce(text);
    void onInput?.(text);
  };
  return {
    type,
    commit,
    bind: {
      name: useOwnName(name),
      value: shown,
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
        type(event.currentTarget.value),
      onBlur: () => {
        commit();
        void onBlur?.(typed.current);
      },
      onFocus: () => {
        void onFocus?.(typed.current);
      },
    },
  };
};

export const Input = (props: InputProps) => {
  const { bind } = useText(props);
  const shared = {
    ...framed(props),
    ...bind,
    readOnly: props.readOnly ?? false,
    placeholder: props.placeholder,
  };
  return props.type === 'password' ? <PasswordInput {...shared} /> : <TextInput {...shared} />;
};

export const TextArea = (props: TextAreaProps) => {
  const { bind } = useText(props);
  return (
    <Textarea
      {...framed(props)}
      {...bind}
      readOnly={props.readOnly ?? false}
      placeholder={props.placeholder}
      rows={props.rows ?? 3}
      {...(props.maxLength !== undefined && { maxLength: props.maxLength })}
      resize={props.resize ?? 'both'}
    />
  );
};

export const SearchInput = (props: SearchInputProps) => {
  const { bind, type, commit } = useText(props);
  const clear = (): void => {
    type('');
    commit();
  };
  return (
    <TextInput
      {...framed(props)}
      {...bind}
      type="search"
      readOnly={props.readOnly ?? false}
      placeholder={props.placeholder}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        props.clearable !== false && bind.value ? (
          <CloseButton size="sm" aria-label="Clear" onClick={clear} />
        ) : undefined
      }
    />
  );
};
