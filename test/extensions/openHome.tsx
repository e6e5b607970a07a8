import { Alert, Button, Checkbox, SearchInput, Select, TableRow, TextArea } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { WeeklyBatch } from '../../extensions/src/app/pages/home/WeeklyBatch.tsx';
import type { BatchPage, BatchRow } from '../../src/contract/queues.ts';
import { BASE_URL, settle } from './hubspot.ts';

export const idOf = (place: number): string => `3f1c8a30-2f6e-4a0b-a1a5-${String(place).padStart(12, '0')}`;

export const buildRow = (place: number, over: Partial<BatchRow> = {}): BatchRow => ({
  id: idOf(place),
  contactId: String(900 + place),
  leadId: null,
  name: `Lead ${place}`,
  link: `https://app.hubspot.com/contacts/1/record/0-1/${900 + place}`,
  reasonCode: 'too_early',
  reasonLabel: 'Too early',
  note: null,
  evidence: 'silent',
  evidenceLabel: 'Record is silent',
  by: 'Mia Manager',
  path: 'Card',
  since: '2026-11-20T10:00:00.000Z',
  age: '2 days',
  nextStep: 'In the educational track',
  nextStepOn: '20 Dec 2026',
  runsAt: '2026-11-27T10:00:00.000Z',
  runsOn: '27 Nov 2026',
  ...over,
});

export const rows = (count: number): BatchRow[] =>
  Array.from({ length: count }, (_, place) => buildRow(place + 1));

export const buildPage = (over: Partial<BatchPage> = {}): BatchPage => {
  const shown = over.rows ?? rows(12);
  return {
    ok: true,
    sentence: `${shown.length} rejections wait, the oldest since 20 Nov 2026 (2 days).`,
    rows: shown,
    next: null,
    total: shown.length,
    waiting: shown.length,
    reasons: [{ code: 'too_early', label: 'Too early', count: shown.length }],
    overrideReasons: [
      { code: 'too_early', label: 'Too early', meaning: 'Researching', noteRequired: false },
      { code: 'bad_data', label: 'Bad data', meaning: 'Cannot be reached', noteRequired: false },
      { code: 'other', label: 'Other', meaning: 'None of these', noteRequired: true },
    ],
    ...over,
  };
};

/** Opens the home page and gives what a reviewer can see and do. */
export async function openHome() {
  const renderer = createRenderer('pages');
  const alerts: string[] = [];
  renderer.render(
    <WeeklyBatch
      context={{ variables: { API_BASE_URL: BASE_URL } }}
      actions={{ addAlert: ({ message }) => void alerts.push(message) }}
    />,
  );
  await settle();
  const button = (label: string, place = 0) => {
    const found = renderer.findAll(Button).filter((node) => node.text === label)[place];
    if (found === undefined) throw new Error(`There is no button ${label}.`);
    return found;
  };
  return {
    find: renderer.find,
    maybeFind: renderer.maybeFind,
    findAll: renderer.findAll,
    alerts,
    text: () => renderer.getRootNode().toString(),
    button,
    drawnRows: () => renderer.findAll(TableRow).length - 1,
    alertTitles: () => renderer.findAll(Alert).map((node) => node.props.title),
    press: async (label: string, place = 0) => {
      const found = button(label, place);
      if (found.props.disabled === true) throw new Error(`${label} is disabled.`);
      found.trigger('onClick');
      await settle();
    },
    check: async (name: string, on = true) => {
      // The SDK types the event's argument as the handler itself.
      renderer.find(Checkbox, { name }).trigger('onChange', on as never);
      await settle();
    },
    choose: async (name: string, value: string) => {
      renderer.find(Select, { name }).trigger('onChange', value as never);
      await settle();
    },
    type: async (name: string, words: string) => {
      renderer.find(TextArea, { name }).trigger('onInput', words as never);
      await settle();
    },
    search: async (words: string) => {
      renderer.find(SearchInput, { name: 'text' }).trigger('onInput', words as never);
      await settle();
    },
  };
}
