import { Flex, Select, Text, ToggleGroup } from '@hubspot/ui-extensions';
import type { ReasonOption } from '@mql-rejection-loop/domain/contract';
import { meaningOf, reasonLabel, suggestionLine, WORDS } from './words.ts';

/** The record tab is wide, the sidebar is one column. */
export type Width = 'wide' | 'narrow';

type Props = {
  readonly options: readonly ReasonOption[];
  readonly chosen: ReasonOption | null;
  readonly readOnly: boolean;
  readonly width: Width;
  readonly onChoose: (code: string) => void;
};

/** The reasons in the server's order. What the record suggests is marked, and never chosen or moved. */
export function ReasonChoice({ width, ...props }: Props) {
  switch (width) {
    case 'wide':
      return <ReasonList {...props} />;
    case 'narrow':
      return <ReasonSelect {...props} />;
  }
}

type ListProps = Omit<Props, 'width'>;

function ReasonList({ options, chosen, readOnly, onChoose }: ListProps) {
  return (
    <ToggleGroup
      toggleType="radioButtonList"
      name="reason"
      label={WORDS.rejectBecause}
      value={chosen?.code ?? ''}
      onChange={onChoose}
      options={options.map((option) => ({
        value: option.code,
        label: reasonLabel(option),
        description: meaningOf(option),
        readOnly,
      }))}
    />
  );
}

function ReasonSelect({ options, chosen, readOnly, onChoose }: ListProps) {
  return (
    <Flex direction="column" gap="xs">
      <Select
        name="reason"
        label={WORDS.rejectBecause}
        placeholder={WORDS.pickReason}
        readOnly={readOnly}
        onChange={(code) => onChoose(String(code))}
        options={options.map((option) => ({ value: option.code, label: reasonLabel(option) }))}
        {...(chosen !== null && { value: chosen.code })}
      />
      {chosen !== null && <Text variant="microcopy">{meaningOf(chosen)}</Text>}
      {chosen === null && <Suggestion options={options} />}
    </Flex>
  );
}

function Suggestion({ options }: Pick<Props, 'options'>) {
  const suggested = options.find((option) => option.suggestion !== null);
  if (suggested === undefined || suggested.suggestion === null) return null;
  return <Text variant="microcopy">{suggestionLine(suggested.label, suggested.suggestion)}</Text>;
}
