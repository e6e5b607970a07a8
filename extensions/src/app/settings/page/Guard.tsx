import { ToggleGroup } from '@hubspot/ui-extensions';
import type { SettingsToSend } from '@mql-rejection-loop/domain/contract/settings';
import { ManyField, NumberField } from './fields.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page } from './useSettings.ts';

type Draft = Extract<SettingsToSend, { section: 'guard' }>['value'];

/** What happens to a rejection without a reason that did not come from the card. */
export function Guard({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.guard);
  const saving = useSaving(page, 'guard');
  const { guardModes, leadStatuses, leadStatusLabels } = page.view.choices;
  const change = (over: Partial<Draft>): void => setDraft((before) => ({ ...before, ...over }));
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), section: 'guard', value: latest() }, page.api.save);
  return (
    <SectionFrame page={page} section="guard" saving={saving} onSave={save}>
      <ToggleGroup
        toggleType="radioButtonList"
        name="mode"
        label="A rejection without a reason"
        value={draft.mode}
        options={guardModes}
        // HubSpot gives back the value of an option, and the server made the options.
        onChange={(mode) => change({ mode: mode as Draft['mode'] })}
      />
      <ManyField
        name="rejectedStatuses"
        label="Lead statuses that mean “rejected”"
        value={draft.rejectedStatuses}
        options={leadStatuses.map((status) => ({
          value: status,
          label: leadStatusLabels?.[status] ?? status,
        }))}
        problem={saving.problemAt('guard.rejectedStatuses')}
        onChoose={(rejectedStatuses) => change({ rejectedStatuses })}
      />
      <NumberField
        name="managerAfterDays"
        label="Days without a reason until the manager is told"
        first={draft.managerAfterDays}
        problem={saving.problemAt('guard.managerAfterDays')}
        onType={(managerAfterDays) => change({ managerAfterDays })}
      />
    </SectionFrame>
  );
}
