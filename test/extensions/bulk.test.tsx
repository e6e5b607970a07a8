import { Alert, Button, ProgressBar, Select, Text, TextArea } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BulkReject } from '../../extensions/src/app/actions/bulk/BulkReject.tsx';
import type { BulkRequest, BulkRow } from '../../src/contract/bulk.ts';
import {
  BASE_URL,
  delivered,
  hold,
  type Sent,
  settle,
  standInForHubSpot,
  stopTheClock,
  wrapped,
} from './hubspot.ts';

let hubspot: ReturnType<typeof standInForHubSpot>;
const AT_ONCE = 50;

const rowsFor = ({ objectIds }: BulkRequest, result: BulkRow['result'] = 'rejected'): BulkRow[] =>
  objectIds.map((objectId) => ({ objectId, name: `Lead ${objectId}`, result, sentence: `It is ${result}.` }));
const bulk = (sent: Sent): BulkRequest => {
  if (sent.route !== 'bulk') throw new Error(`${sent.route} is no bulk rejection.`);
  return sent.request;
};

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers.reasons = () =>
    delivered({
      ok: true,
      atOnce: AT_ONCE,
      reasons: [
        { code: 'not_icp', label: 'Not ICP', meaning: 'Outside', noteHint: null, noteRequired: false },
        { code: 'other', label: 'Other', meaning: 'None', noteHint: 'What?', noteRequired: true },
      ],
    });
  hubspot.answers.bulk = (sent) => delivered({ ok: true, rows: rowsFor(bulk(sent)) });
});

afterEach(() => {
  jest.useRealTimers();
});

async function open(count: number) {
  const renderer = createRenderer('crm.bulkActions');
  const reloads: string[] = [];
  renderer.render(
    <BulkReject
      context={{
        crm: { objectTypeId: '0-1', objectIds: Array.from({ length: count }, (_, place) => place + 1) },
        variables: { API_BASE_URL: BASE_URL },
      }}
      actions={{ reloadPage: () => void reloads.push('reload') }}
    />,
  );
  await settle();
  const button = (label: string) => {
    const found = renderer.findAll(Button).find((node) => node.text === label);
    if (found === undefined) throw new Error(`There is no button ${label}.`);
    return found;
  };
  return {
    button,
    find: renderer.find,
    maybeFind: renderer.maybeFind,
    lines: () => renderer.findAll(Text).map((node) => node.text),
    reloads,
    choose: async (code: string) => {
      // The SDK types the event's argument as the handler itself.
      renderer.find(Select, { name: 'bulk-reason' }).trigger('onChange', code as never);
      await settle();
    },
    note: async (words: string) => {
      renderer.find(TextArea, { name: 'bulk-note' }).trigger('onInput', words as never);
      await settle();
    },
    press: async (label: string) => {
      button(label).trigger('onClick');
      for (let turn = 0; turn < 20; turn += 1) await settle();
    },
  };
}

const sentParts = (): BulkRequest[] =>
  hubspot.sent.flatMap((sent) => (sent.route === 'bulk' ? [sent.request] : []));

describe('the bulk action', () => {
  it('says so where nothing is selected', async () => {
    const action = await open(0);
    expect(action.lines()).toEqual(['No record is selected.']);
  });

  it('sends one reason for 500 records in parts, each with an id of its own, and shows how far it is', async () => {
    const action = await open(500);
    expect(action.button('Reject 500').props.disabled).toBe(true);
    await action.choose('not_icp');
    await action.press('Reject 500');
    const parts = sentParts();
    expect(parts).toHaveLength(10);
    expect(new Set(parts.map(({ requestId }) => requestId)).size).toBe(10);
    expect(parts.flatMap(({ objectIds }) => objectIds)).toHaveLength(500);
    expect(parts.every(({ reason, note }) => reason === 'not_icp' && note === null)).toBe(true);
    expect(action.find(ProgressBar).props).toMatchObject({
      value: 500,
      maxValue: 500,
      valueDescription: '500 of 500 answered',
    });
    expect(action.lines()).toContain('Rejected: 500');
    await action.press('Close');
    expect(action.reloads).toEqual(['reload']);
  });

  it('asks for the note that a reason needs', async () => {
    const action = await open(2);
    await action.choose('other');
    expect(action.button('Reject 2').props.disabled).toBe(true);
    await action.note('They asked for a refund');
    await action.press('Reject 2');
    expect(sentParts()).toMatchObject([{ reason: 'other', note: 'They asked for a refund' }]);
  });

  it('sends what was chosen and typed last, also where an earlier drawing is still on the screen', async () => {
    const action = await open(2);
    const { onInput } = action.find(TextArea, { name: 'bulk-note' }).props;
    await action.choose('other');
    onInput?.('They asked');
    await settle();
    const press = hold(action.button('Reject 2'));
    await action.note('They asked for a refund');
    await press();
    expect(sentParts()).toMatchObject([{ reason: 'other', note: 'They asked for a refund' }]);
  });

  it('shows what was not rejected before what was', async () => {
    hubspot.answers.bulk = (sent) => {
      const [first, ...others] = rowsFor(bulk(sent));
      return delivered({
        ok: true,
        rows: [{ ...first, result: 'already_rejected', sentence: 'Already.' }, ...others],
      });
    };
    const action = await open(3);
    await action.choose('not_icp');
    await action.press('Reject 3');
    const lines = action.lines();
    expect(lines.indexOf('Lead 1: Already.')).toBeLessThan(lines.indexOf('Lead 2: It is rejected.'));
    expect(lines).toEqual(expect.arrayContaining(['Not rejected: 1', 'Rejected: 2']));
  });

  it('goes on with the very same part after the connection broke', async () => {
    let broken = true;
    hubspot.answers.bulk = (sent) => {
      if (bulk(sent).objectIds.includes('60') && broken) {
        broken = false;
        return wrapped(502);
      }
      return delivered({ ok: true, rows: rowsFor(bulk(sent)) });
    };
    const action = await open(120);
    await action.choose('not_icp');
    await action.press('Reject 120');
    expect(action.find(Alert).props.title).toBe('Not all records were answered');
    expect(action.find(ProgressBar).props.value).toBe(50);
    await action.press('Go on with the rest');
    const [, second, again, third] = sentParts();
    expect(again).toEqual(second);
    expect(third?.objectIds).toHaveLength(20);
    expect(action.maybeFind(Alert)).toBeNull();
    expect(action.find(ProgressBar).props.value).toBe(120);
  });

  it('tries again what can be tried again, and nothing else', async () => {
    hubspot.answers.bulk = (sent) => {
      const [first, ...others] = rowsFor(bulk(sent));
      return delivered({
        ok: true,
        rows: [{ ...first, result: 'later', sentence: 'HubSpot was away.' }, ...others],
      });
    };
    const action = await open(3);
    await action.choose('not_icp');
    await action.press('Reject 3');
    hubspot.answers.bulk = (sent) => delivered({ ok: true, rows: rowsFor(bulk(sent)) });
    await action.press('Try those that can be tried again');
    expect(sentParts().at(-1)?.objectIds).toEqual(['1']);
    expect(action.lines()).toContain('Rejected: 3');
  });

  it('what the form is refused for is shown above it, and can be mended', async () => {
    hubspot.answers.bulk = () =>
      delivered({
        ok: false,
        kind: 'reason-retired',
        sentence: '“Not ICP” is no longer used.',
        retry: false,
      });
    const action = await open(2);
    await action.choose('not_icp');
    await action.press('Reject 2');
    expect(action.lines()).toContain('“Not ICP” is no longer used.');
    expect(action.button('Reject 2').props.disabled).toBe(false);
  });
});
