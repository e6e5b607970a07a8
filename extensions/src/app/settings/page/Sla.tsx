import { Checkbox } from '@hubspot/ui-extensions';
import type { SettingsToSend } from '@mql-rejection-loop/domain/contract/settings';
import { LinesField, ManyField, NumberField, TextField, Wrong } from './fields.tsx';
import { hoursOf, hoursText } from './hours.ts';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page } from './useSettings.ts';
import { WEEKDAYS, WORDS } from './words.ts';

type Draft = Extract<SettingsToSend, { section: 'sla' }>['value'];

/** How soon sales makes the first contact, and when the clock runs. */
export function Sla({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.sla);
  const saving = useSaving(page, 'sla');
  const change = (over: Partial<Draft>): void => setDraft((before) => ({ ...before, ...over }));
  const changeHours = (change: (hours: Draft['hours']) => Partial<Draft['hours']>): void =>
    setDraft((before) => ({ ...before, hours: { ...before.hours, ...change(before.hours) } }));
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), section: 'sla', value: latest() }, page.api.save);
  const { days, holidays } = draft.hours;
  const wrongDay = holidays
    .map((_, place) => saving.problemAt(`sla.hours.holidays[${place}]`))
    .find((problem) => problem !== null);
  return (
    <SectionFrame page={page} section="sla" saving={saving} onSave={save}>
      <NumberField
        name="firstContactMinutes"
        label="Working minutes until the first contact"
        first={draft.firstContactMinutes}
        problem={saving.problemAt('sla.firstContactMinutes')}
        onType={(firstContactMinutes) => change({ firstContactMinutes })}
      />
      <NumberField
        name="warnShare"
        label="Warn the rep after so many per cent of them"
        first={draft.warnShare === null ? null : Math.round(draft.warnShare * 100)}
        problem={saving.problemAt('sla.warnShare')}
        onType={(value) => change({ warnShare: value === null ? null : value / 100 })}
      />
      <Checkbox
        name="onlyInbound"
        checked={draft.onlyInbound ?? false}
        onChange={(onlyInbound) => change({ onlyInbound })}
      >
        The clock runs for inbound leads only
      </Checkbox>
      {draft.onlyInbound === true && (
        <ManyField
          name="outboundSources"
          label="Original traffic sources that are not inbound"
          description={WORDS.unknownIsInbound}
          value={draft.outboundSources ?? []}
          options={page.view.choices.sources ?? []}
          problem={saving.problemAt('sla.outboundSources')}
          onChoose={(outboundSources) => change({ outboundSources })}
        />
      )}
      <Wrong problem={saving.problemAt('sla.hours.days')} />
      {WEEKDAYS.map((weekday, place) => (
        <TextField
          key={weekday}
          name={weekday}
          label={weekday}
          first={hoursText(days[place] ?? [])}
          problem={saving.problemAt(`sla.hours.days[${place}]`)}
          onType={(text) =>
            changeHours((hours) => ({
              days: WEEKDAYS.map((_, at) => (at === place ? hoursOf(text) : (hours.days[at] ?? []))),
            }))
          }
          description={WORDS.dayOff}
        />
      ))}
      <LinesField
        name="holidays"
        label="Holidays, as 2026-12-25"
        description={WORDS.onePerLine}
        first={holidays}
        problem={wrongDay ?? null}
        onType={(lines) => changeHours(() => ({ holidays: lines }))}
      />
    </SectionFrame>
  );
}
