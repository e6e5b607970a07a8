import { Text, ToggleGroup } from '@hubspot/ui-extensions';
import type { SettingsToSend } from '@mql-rejection-loop/domain/contract/settings';
import { NumberField, TextField } from './fields.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page } from './useSettings.ts';
import { WORDS } from './words.ts';

type Draft = Extract<SettingsToSend, { section: 'followUp' }>['value'];

const PROPERTIES = [
  { key: 'renewalProperty', label: 'Contact property with the contract’s renewal' },
  { key: 'fiscalYearProperty', label: 'Contact property with the start of the fiscal year' },
  { key: 'budgetProperty', label: 'Contact property with the budget decision' },
  { key: 'csmProperty', label: 'Contact property with the customer success owner' },
] as const satisfies readonly { key: keyof Draft; label: string }[];

/** What follows a rejection later on: the lead's own dates, its data, its people. */
export function FollowUp({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.followUp);
  const saving = useSaving(page, 'followUp');
  const change = (over: Partial<Draft>): void => setDraft((before) => ({ ...before, ...over }));
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), section: 'followUp', value: latest() }, page.api.save);
  return (
    <SectionFrame page={page} section="followUp" saving={saving} onSave={save}>
      <NumberField
        name="eventLeadDays"
        label="Days before a lead’s own date at which it is looked at again"
        first={draft.eventLeadDays}
        problem={saving.problemAt('followUp.eventLeadDays')}
        onType={(eventLeadDays) => change({ eventLeadDays })}
      />
      {PROPERTIES.map(({ key, label }) => (
        <TextField
          key={key}
          name={key}
          label={label}
          description={WORDS.emptyProperty}
          first={draft[key]}
          problem={saving.problemAt(`followUp.${key}`)}
          onType={(value) => change({ [key]: value })}
        />
      ))}
      <ToggleGroup
        toggleType="radioButtonList"
        name="enrichVia"
        label="A lead with bad data"
        value={draft.enrichVia}
        options={page.view.choices.enrichmentWays}
        // HubSpot gives back the value of an option, and the server made the options.
        onChange={(enrichVia) => change({ enrichVia: enrichVia as Draft['enrichVia'] })}
      />
      <TextField
        name="enrichTarget"
        label="Property and value, list id, or address"
        description={WORDS.enrichTarget}
        first={draft.enrichTarget}
        problem={saving.problemAt('followUp.enrichTarget')}
        onType={(enrichTarget) => change({ enrichTarget })}
      />
      {draft.enrichVia === 'webhook' && page.view.toolSecret !== null && (
        <Text>{`${WORDS.toolSecret} ${page.view.toolSecret}`}</Text>
      )}
      <NumberField
        name="enrichTries"
        label="Tries after which a lead with bad data ends"
        first={draft.enrichTries}
        problem={saving.problemAt('followUp.enrichTries')}
        onType={(enrichTries) => change({ enrichTries })}
      />
      <NumberField
        name="enrichDays"
        label="Days after which a lead with bad data ends"
        first={draft.enrichDays}
        problem={saving.problemAt('followUp.enrichDays')}
        onType={(enrichDays) => change({ enrichDays })}
      />
    </SectionFrame>
  );
}
