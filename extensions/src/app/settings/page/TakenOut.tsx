import { Button, Flex, Heading, List, Select, Text } from '@hubspot/ui-extensions';
import type { SettingsToSend, SettingsView } from '@mql-rejection-loop/domain/contract/settings';
import { Wrong } from './fields.tsx';
import type { Saving } from './useSettings.ts';
import { readAsLabel, WORDS } from './words.ts';

type Draft = Extract<SettingsToSend, { section: 'reasons' }>['value'];
type Reason = Draft['reasons'][number];
type Crosswalk = NonNullable<Draft['crosswalk']>;

export const isActive = (draft: Draft, code: string): boolean =>
  draft.reasons.some((reason) => reason.code === code);

/** What is sent: a reason that was put back, or read as one that has gone since, is read as itself. */
export function withReadings({ crosswalk: readings = [], ...draft }: Draft): Draft {
  const crosswalk = readings.filter(
    ({ from, to }) => !isActive(draft, from) && to.every(({ code }) => isActive(draft, code)),
  );
  return crosswalk.length === 0 ? draft : { ...draft, crosswalk };
}

type Props = {
  readonly taken: readonly { readonly code: string; readonly label: string }[];
  readonly draft: Draft;
  readonly saving: Saving;
  /** Edits what was chosen last: the host may still hold an earlier drawing. */
  readonly onRead: (edit: (before: Crosswalk) => Crosswalk) => void;
};

/** Reasons that this edit takes out: what their history is read as. */
export function TakenOut({ taken, draft, saving, onRead }: Props) {
  if (taken.length === 0) return null;
  const { crosswalk = [] } = withReadings(draft);
  const read = (from: string, code: string): void =>
    onRead((before) => {
      const others = before.filter((one) => one.from !== from);
      return code === '' ? others : [...others, { from, to: [{ code, share: 1 }] }];
    });
  return (
    <Flex direction="column" gap="sm">
      <Heading>{WORDS.takenOut}</Heading>
      {taken.map(({ code, label }) => {
        const place = crosswalk.findIndex(({ from }) => from === code);
        return (
          <Flex key={code} direction="column" gap="xs">
            <Select
              name={`${code}.readAs`}
              label={readAsLabel(label)}
              value={crosswalk[place]?.to[0]?.code ?? ''}
              options={[
                { value: '', label: WORDS.readAsItself },
                ...draft.reasons.map((reason) => ({ value: reason.code, label: reason.label })),
              ]}
              onChange={(chosen) => read(code, String(chosen))}
            />
            <Wrong problem={saving.problemAt(`crosswalk[${place}]`)} />
          </Flex>
        );
      })}
    </Flex>
  );
}

type HubSpotProps = {
  readonly choices: SettingsView['choices'];
  readonly onUse: (reasons: readonly Reason[]) => void;
};

/** The portal's own Lead disqualification options as a start, with what of them needs a decision. */
export function HubSpotReasons({ choices, onUse }: HubSpotProps) {
  const { hubspot } = choices;
  if (hubspot === null || hubspot === undefined) return null;
  const use = (): void =>
    onUse(
      hubspot.codes.flatMap((code) => {
        const found = choices.reasons.find((choice) => choice.code === code);
        if (found === undefined) return [];
        const { coolingFloor: _, ...reason } = found;
        return [reason];
      }),
    );
  return (
    <Flex direction="column" gap="xs" align="start">
      <Button size="xs" onClick={use}>
        {WORDS.useHubSpot}
      </Button>
      {hubspot.undecided.length > 0 && (
        <List variant="unordered">
          {hubspot.undecided.map((line) => (
            <Text key={line} variant="microcopy">
              {line}
            </Text>
          ))}
        </List>
      )}
    </Flex>
  );
}
