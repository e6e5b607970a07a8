import { Button, Checkbox, Flex, Heading, Select, Text, Tile } from '@hubspot/ui-extensions';
import type {
  ReasonChoice,
  SettingsToSend,
  SettingsView,
} from '@mql-rejection-loop/domain/contract/settings';
import { HubSpotReasons, isActive, TakenOut, withReadings } from './TakenOut.tsx';
import { NumberField, TextField, Wrong } from './fields.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page, type Saving } from './useSettings.ts';
import { activeCount, WORDS } from './words.ts';

type Draft = Extract<SettingsToSend, { section: 'reasons' }>['value'];
type Reason = Draft['reasons'][number];

/** The reasons of the card: five to seven, in order, each with its words, its routing and its cooling-off. */
export function Reasons({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.reasons);
  const saving = useSaving(page, 'reasons');
  const { choices } = page.view;
  const change = (over: Partial<Draft>): void => setDraft((before) => ({ ...before, ...over }));
  const edit = (code: string, over: Partial<Reason>): void =>
    setDraft((before) => ({
      ...before,
      reasons: before.reasons.map((reason) => (reason.code === code ? { ...reason, ...over } : reason)),
    }));
  /** Problems name a place in the list, and places have moved. */
  const reorder = (edit: (reasons: readonly Reason[]) => Reason[]): void => {
    saving.forget();
    setDraft((before) => ({ ...before, reasons: edit(before.reasons) }));
  };
  const save = (): void =>
    saving.send(
      { basedOnVersion: page.base(), section: 'reasons', value: withReadings(latest()) },
      page.api.save,
    );
  return (
    <SectionFrame page={page} section="reasons" saving={saving} onSave={save}>
      <Text>{activeCount(choices.activeReasons, draft.reasons.length)}</Text>
      <Wrong problem={saving.problemAt('reasons')} />
      {draft.reasons.map((reason, place) => (
        <ActiveReason
          key={reason.code}
          reason={reason}
          place={place}
          choices={choices}
          saving={saving}
          onEdit={(over) => edit(reason.code, over)}
          onUp={() => reorder((reasons) => movedUp(reasons, reason.code))}
          onRetire={() => reorder((reasons) => reasons.filter(({ code }) => code !== reason.code))}
        />
      ))}
      <TakenOut
        taken={page.view.settings.reasons.reasons.filter(({ code }) => !isActive(draft, code))}
        draft={draft}
        saving={saving}
        onRead={(read) =>
          setDraft((before) => ({ ...before, crosswalk: read(withReadings(before).crosswalk ?? []) }))
        }
      />
      <HubSpotReasons choices={choices} onUse={(reasons) => reorder(() => [...reasons])} />
      {(choices.crosswalk ?? []).map((line) => (
        <Text key={line} variant="microcopy">
          {line}
        </Text>
      ))}
      <Inactive
        choices={choices.reasons.filter(({ code }) => !draft.reasons.some((reason) => reason.code === code))}
        onActivate={({ coolingFloor: _, ...reason }) => reorder((reasons) => [...reasons, reason])}
      />
      <NumberField
        name="vetoDays"
        label="Days until the weekly batch decides"
        description="Then the steps that waited run by themselves."
        first={draft.vetoDays}
        problem={saving.problemAt('vetoDays')}
        onType={(vetoDays) => change({ vetoDays })}
      />
      <NumberField
        name="undoSeconds"
        label="Seconds of the undo without a question"
        first={draft.undoSeconds}
        problem={saving.problemAt('undoSeconds')}
        onType={(undoSeconds) => change({ undoSeconds })}
      />
      <Checkbox
        name="noteRequiredOnOther"
        checked={draft.noteRequiredOnOther}
        onChange={(noteRequiredOnOther) => change({ noteRequiredOnOther })}
      >
        “Other” needs a note
      </Checkbox>
    </SectionFrame>
  );
}

function movedUp(reasons: readonly Reason[], code: string): Reason[] {
  const place = reasons.findIndex((reason) => reason.code === code);
  const moved = [...reasons];
  const [reason] = moved.splice(place, 1);
  if (reason !== undefined) moved.splice(Math.max(0, place - 1), 0, reason);
  return moved;
}

type ActiveProps = {
  readonly reason: Reason;
  readonly place: number;
  readonly choices: SettingsView['choices'];
  readonly saving: Saving;
  readonly onEdit: (over: Partial<Reason>) => void;
  readonly onUp: () => void;
  readonly onRetire: () => void;
};

function ActiveReason({ reason, place, choices, saving, onEdit, onUp, onRetire }: ActiveProps) {
  const { code } = reason;
  const field = `reasons[${place}]`;
  const floor = choices.reasons.find((choice) => choice.code === code)?.coolingFloor;
  return (
    <Tile compact>
      <Flex direction="column" gap="sm">
        <Wrong problem={saving.problemAt(field)} />
        <TextField
          name={`${code}.label`}
          label="Label"
          first={reason.label}
          problem={saving.problemAt(`${field}.label`)}
          onType={(label) => onEdit({ label })}
        />
        <TextField
          name={`${code}.meaning`}
          label="Meaning"
          first={reason.meaning}
          problem={saving.problemAt(`${field}.meaning`)}
          onType={(meaning) => onEdit({ meaning })}
        />
        <Select
          name={`${code}.routingMode`}
          label="When it takes effect"
          value={reason.routingMode}
          options={choices.routingModes}
          // HubSpot gives back the value of an option, and the server made the options.
          onChange={(mode) => onEdit({ routingMode: mode as Reason['routingMode'] })}
        />
        <NumberField
          name={`${code}.coolingDays`}
          label="Cooling-off in days"
          first={reason.coolingDays}
          problem={saving.problemAt(`${field}.coolingDays`)}
          onType={(coolingDays) => onEdit({ coolingDays })}
          {...(floor !== undefined && { description: `At least ${floor}.` })}
        />
        <Flex direction="row" gap="sm">
          <Button size="xs" onClick={onUp} disabled={place === 0}>
            {WORDS.up}
          </Button>
          <Button size="xs" onClick={onRetire}>
            {WORDS.retire}
          </Button>
        </Flex>
      </Flex>
    </Tile>
  );
}

type InactiveProps = {
  readonly choices: readonly ReasonChoice[];
  readonly onActivate: (choice: ReasonChoice) => void;
};

function Inactive({ choices, onActivate }: InactiveProps) {
  if (choices.length === 0) return null;
  return (
    <Flex direction="column" gap="sm">
      <Heading>{WORDS.retired}</Heading>
      <Text variant="microcopy">{WORDS.retiredMeaning}</Text>
      {choices.map((choice) => (
        <Flex key={choice.code} direction="row" gap="sm" align="center" wrap>
          <Button size="xs" onClick={() => onActivate(choice)}>
            {`${WORDS.activate} ${choice.label}`}
          </Button>
          <Text variant="microcopy">{choice.meaning}</Text>
        </Flex>
      ))}
    </Flex>
  );
}
