import { Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export type Framed = {
  readonly label?: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly required?: boolean;
  readonly error?: boolean;
  readonly validationMessage?: string;
};

/** Label, description and message of an input, as Mantine's inputs take them; errors are announced. */
export const framed = ({ label, description, tooltip, required, error, validationMessage }: Framed) => ({
  label: label && <FieldLabel label={label} tooltip={tooltip} />,
  description:
    description ??
    (!error && validationMessage ? <span className="text-success">{validationMessage}</span> : undefined),
  withAsterisk: required ?? false,
  error: error ? <span role="alert">{validationMessage || 'Please check this value.'}</span> : undefined,
  inputWrapperOrder: ['label', 'description', 'input', 'error'] as (
    'label' | 'description' | 'input' | 'error'
  )[],
});

const FieldLabel = ({ label, tooltip }: { label: string; tooltip: string | undefined }): ReactNode =>
  tooltip ? (
    <>
      {label}{' '}
      <Tooltip label={tooltip} multiline maw={260} events={{ hover: true, focus: true, touch: true }}>
        <span tabIndex={0} role="img" aria-label={tooltip} className="label-tip">
          <IconInfoCircle size={14} aria-hidden />
        </span>
      </Tooltip>
    </>
  ) : (
    label
  );
