import { Button, Flex, Heading, List, Select, Text } from '@hubspot/ui-extensions';
import type { SettingsToSend, SettingsView } from '@mql-rejection-loop/domain/contract/settings';
import { NumberField, Wrong } from './fields.tsx';
import type { Saving } from './useSettings.ts';
import { andAsLabel, readAsLabel, shareLabel, WORDS } from './words.ts';

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
  const read = (from: string, to: Parts): void =>
    onRead((before) => {
      const others = before.filter((one) => one.from !== from);
      return to.length === 0 ? others : [...others, { from, to: [...to] }];
    });
  return (
    <Flex direction="column" gap="sm">
      <Heading>{WORDS.takenOut}</Heading>
      {taken.map(({ code, label }) => {
        const place = crosswalk.findIndex(({ from }) => from === code);
        return (
          <Flex key={code} direction="column" gap="xs">
            <ReadAs
              code={code}
              label={label}
              parts={crosswalk[place]?.to ?? []}
              choices={draft.reasons}
              onRead={(parts) => read(code, parts)}
            />
            <Wrong problem={saving.problemAt(`crosswalk[${place}]`)} />
          </Flex>
        );
      })}
    </Flex>
  );
}

type Parts = Crosswalk[number]['to'];
type ReadAsProps = {
  readonly code: string;
  readonly label: string;
  readonly parts: Parts;
  readonly choices: readonly Reason[];
  readonly onRead: (parts: Parts) => void;
};

/** One reason's history: as itself, as another (a rename or a merge), or in shares as several (a split). */
function ReadAs({ code, label, parts, choices, onRead }: ReadAsProps) {
  const free = choices.filter((reason) => !parts.some((part) => part.code === reason.code));
  const optionsOf = (reasons: readonly Reason[], none: string) => [
    { value: '', label: none },
    ...reasons.map((reason) => ({ value: reason.code, label: reason.label })),
  ];
  const labelOf = (wanted: string): string => choices.find((one) => one.code === wanted)?.label ?? wanted;
  /** The same share for each, until somebody says otherwise. */
  const evenly = (codes: readonly string[]): void =>
    onRead(codes.map((one) => ({ code: one, share: 1 / codes.length })));
  const codes = parts.map((part) => part.code);
  const [first = ''] = codes;
  return (
    <>
      <Select
        name={`${code}.readAs`}
        label={readAsLabel(label)}
        value={first}
        options={optionsOf(
          choices.filter((reason) => reason.code === first || free.includes(reason)),
          WORDS.readAsItself,
        )}
        onChange={(chosen) => evenly(chosen === '' ? [] : [String(chosen), ...codes.slice(1)])}
      />
      {parts.slice(1).map((part) => (
        <Flex key={part.code} direction="row" gap="sm" align="end" wrap>
          <Text>{andAsLabel(labelOf(part.code))}</Text>
          <Button size="xs" onClick={() => evenly(codes.filter((one) => one !== part.code))}>
            {WORDS.notAs}
          </Button>
        </Flex>
      ))}
      {first !== '' && free.length > 0 && (
        <Select
          // A chosen one stands above, and this asks for another.
          key={`and ${parts.length}`}
          name={`${code}.readAlsoAs`}
          label={WORDS.splitAs}
          value=""
          options={optionsOf(free, WORDS.noSplit)}
          onChange={(chosen) => evenly(chosen === '' ? codes : [...codes, String(chosen)])}
        />
      )}
      {parts.length > 1 &&
        parts.map((part) => (
          <NumberField
            key={`${codes.join(' ')} ${part.code}`}
            name={`${code}.shareOf.${part.code}`}
            label={shareLabel(labelOf(part.code))}
            first={Math.round(part.share * 1_000) / 10}
            problem={null}
            onType={(percent) =>
              onRead(
                parts.map((one) => (one.code === part.code ? { ...one, share: (percent ?? 0) / 100 } : one)),
              )
            }
          />
        ))}
    </>
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
