import type { SettingsToSend } from '@mql-rejection-loop/domain/contract/settings';
import { ManyField } from './fields.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page } from './useSettings.ts';

type Draft = Extract<SettingsToSend, { section: 'roles' }>['value'];

const LISTS = [
  { key: 'admins', label: 'Admins', description: 'change these settings' },
  { key: 'reviewers', label: 'Reviewers', description: 'decide the weekly batch, reviews and disputes' },
  { key: 'salesSigners', label: 'Signers for sales', description: 'sign definitions for sales' },
  { key: 'marketingSigners', label: 'Signers for marketing', description: 'sign definitions for marketing' },
] as const satisfies readonly { key: keyof Draft; label: string; description: string }[];

/** Who may do what. The server looks at its own list, whatever the page shows. */
export function Roles({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.roles);
  const saving = useSaving(page, 'roles');
  const people = page.view.choices.people.map(({ userId, name }) => ({ value: userId, label: name }));
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), section: 'roles', value: latest() }, page.api.save);
  return (
    <SectionFrame page={page} section="roles" saving={saving} onSave={save}>
      {LISTS.map(({ key, label, description }) => (
        <ManyField
          key={key}
          name={key}
          label={label}
          description={description}
          value={draft[key]}
          options={people}
          problem={saving.problemAt(`roles.${key}`)}
          onChoose={(userIds) => setDraft((before) => ({ ...before, [key]: userIds }))}
        />
      ))}
    </SectionFrame>
  );
}
