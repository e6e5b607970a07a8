import type { SettingsToSend } from '@mql-rejection-loop/domain/contract/settings';
import { LinesField, NumberField } from './fields.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page } from './useSettings.ts';
import { WORDS } from './words.ts';

type Draft = Extract<SettingsToSend, { section: 'gate' }>['value'];
type NumberKey = { [K in keyof Draft]: Draft[K] extends number | null ? K : never }[keyof Draft];

const NUMBERS = [
  { key: 'visitGapDays', label: 'Days without a visit that make a look at pricing pages news' },
  { key: 'scorePoints', label: 'Points of score gained since the rejection that are news' },
  { key: 'reviewAtAttempt', label: 'Attempt from which a person looks first' },
  { key: 'requalifyDays', label: 'Days until a recycled lead is looked at again' },
  { key: 'slowLaneDays', label: 'Days between looks at the slowest lane' },
] as const satisfies readonly { key: NumberKey; label: string }[];

/** What a rejected lead must show before it is handed off again. */
export function ReEntry({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.gate);
  const saving = useSaving(page, 'gate');
  const change = (over: Partial<Draft>): void => setDraft((before) => ({ ...before, ...over }));
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), section: 'gate', value: latest() }, page.api.save);
  return (
    <SectionFrame page={page} section="gate" saving={saving} onSave={save}>
      {NUMBERS.map(({ key, label }) => (
        <NumberField
          key={key}
          name={key}
          label={label}
          first={draft[key]}
          problem={saving.problemAt(`gate.${key}`)}
          onType={(value) => change({ [key]: value })}
        />
      ))}
      <NumberField
        name="scoreShare"
        label="Or a gain in per cent of the score at the rejection"
        first={percent(draft.scoreShare)}
        problem={saving.problemAt('gate.scoreShare')}
        onType={(value) => change({ scoreShare: value === null ? null : value / 100 })}
      />
      <LinesField
        name="demoWords"
        label="Words that make a form a demo request"
        description={WORDS.onePerLine}
        first={draft.demoWords}
        problem={saving.problemAt('gate.demoWords')}
        onType={(demoWords) => change({ demoWords })}
      />
      <LinesField
        name="pricingWords"
        label="Words in the address of a pricing page"
        description={WORDS.onePerLine}
        first={draft.pricingWords}
        problem={saving.problemAt('gate.pricingWords')}
        onType={(pricingWords) => change({ pricingWords })}
      />
    </SectionFrame>
  );
}

const percent = (share: number | null): number | null => (share === null ? null : Math.round(share * 100));
