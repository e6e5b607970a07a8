import { ToggleGroup } from '@hubspot/ui-extensions';
import type { SettingsToSend } from '@mql-rejection-loop/domain/contract/settings';
import { ManyField, TextField } from './fields.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page } from './useSettings.ts';
import { ACKNOWLEDGEMENTS } from './words.ts';

type Draft = Extract<SettingsToSend, { section: 'handOff' }>['value'];
type Mark = NonNullable<Draft['acknowledgement']>;
type Choice = keyof typeof ACKNOWLEDGEMENTS;

const EMPTY = {
  none: null,
  property: { kind: 'property', property: '', value: '' },
  list: { kind: 'list', listId: '', listName: '' },
} as const satisfies Readonly<Record<Choice, Mark | null>>;

/** What hands a lead to sales, what takes it on without the card, and what is set on the record then. */
export function HandOff({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.handOff);
  const saving = useSaving(page, 'handOff');
  const { leadStatuses, leadStatusLabels } = page.view.choices;
  const change = (over: Partial<Draft>): void => setDraft((before) => ({ ...before, ...over }));
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), section: 'handOff', value: latest() }, page.api.save);
  const changeTrigger = (over: Partial<NonNullable<Draft['trigger']>>): void =>
    setDraft((before) => {
      const trigger = { ...(before.trigger ?? { property: '', value: '' }), ...over };
      return { ...before, trigger: trigger.property === '' && trigger.value === '' ? null : trigger };
    });
  const changeMark = (over: Readonly<Record<string, string>>): void =>
    setDraft((before) => ({
      ...before,
      // The fields that are drawn are those of the kind that was chosen.
      acknowledgement: before.acknowledgement && { ...before.acknowledgement, ...over },
    }));
  const mark = draft.acknowledgement;
  const at = (field: string): string | null => saving.problemAt(`handOff.acknowledgement.${field}`);
  return (
    <SectionFrame page={page} section="handOff" saving={saving} onSave={save}>
      <TextField
        name="triggerProperty"
        label="A property of yours that hands a lead off"
        description="Besides the lifecycle stages; its internal name, or empty."
        first={draft.trigger?.property ?? ''}
        problem={saving.problemAt('handOff.trigger.property')}
        onType={(property) => changeTrigger({ property: property.trim() })}
      />
      <TextField
        name="triggerValue"
        label="The value that hands it off"
        first={draft.trigger?.value ?? ''}
        problem={saving.problemAt('handOff.trigger.value')}
        onType={(value) => changeTrigger({ value: value.trim() })}
      />
      <ManyField
        name="acceptedStatuses"
        label="Lead statuses that mean “accepted”"
        value={draft.acceptedStatuses}
        options={leadStatuses.map((status) => ({
          value: status,
          label: leadStatusLabels?.[status] ?? status,
        }))}
        problem={saving.problemAt('handOff.acceptedStatuses')}
        onChoose={(acceptedStatuses) => change({ acceptedStatuses })}
      />
      <ToggleGroup
        toggleType="radioButtonList"
        name="acknowledgement"
        label="Your acknowledgement and booking link wait for"
        value={mark?.kind ?? 'none'}
        options={Object.entries(ACKNOWLEDGEMENTS).map(([value, label]) => ({ value, label }))}
        // HubSpot gives back the value of an option, and these are the options.
        onChange={(kind) => change({ acknowledgement: EMPTY[kind as Choice] })}
      />
      {mark?.kind === 'property' && (
        <>
          <TextField
            name="markProperty"
            label="Property, by its internal name"
            first={mark.property}
            problem={at('property')}
            onType={(property) => changeMark({ property: property.trim() })}
          />
          <TextField
            name="markValue"
            label="Value that is set at the hand-off"
            first={mark.value}
            problem={at('value')}
            onType={(value) => changeMark({ value: value.trim() })}
          />
        </>
      )}
      {mark?.kind === 'list' && (
        <>
          <TextField
            name="markListId"
            label="Static list, by its id"
            first={mark.listId}
            problem={at('listId')}
            onType={(listId) => changeMark({ listId: listId.trim() })}
          />
          <TextField
            name="markListName"
            label="What the list is called"
            first={mark.listName}
            problem={at('listName')}
            onType={(listName) => changeMark({ listName })}
          />
        </>
      )}
    </SectionFrame>
  );
}
