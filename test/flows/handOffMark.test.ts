import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';

import { viewCard } from '../../server/flows/viewCard.ts';
import { describeEachEngine } from '../store/engines.ts';
import { openHandOffStage, type HandOffStage } from './handOffStage.ts';
import { contactRef } from './house.ts';

const MARK = 'mqlr_hand_off';
const SET = { [MARK]: 'sales' };

await describeEachEngine('a lead that is handed off by a mark of the customer’s own', (openTestStore) => {
  let stage: HandOffStage;
  beforeAll(async () => {
    stage = await openHandOffStage(await openTestStore());
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.use({ trigger: { property: MARK, value: 'sales' } }));

  const record = async (contactId: string) =>
    stage.house.contact(contactId, MARK, 'lifecyclestage', 'mqlr_status');
  const marked = async (): Promise<string> => {
    const contactId = await stage.addLead();
    await stage.house.byHand(contactId, SET);
    await stage.settle();
    return contactId;
  };
  const rejected = async (): Promise<{ contactId: string; entryId: string }> => {
    const contactId = await marked();
    const entryId = await stage.reject(contactId);
    await stage.drain();
    await stage.settle();
    return { contactId, entryId };
  };
  const notesOf = async (contactId: string): Promise<readonly string[]> => {
    const state = (await stage.house.state()) as {
      objects: { notes: Record<string, { properties: { hs_note_body: string } }> };
      associations: readonly string[];
    };
    return Object.entries(state.objects.notes)
      .filter(([id]) =>
        state.associations.some((line) => line.startsWith(`contact ${contactId} → note ${id} `)),
      )
      .map(([, note]) => note.properties.hs_note_body);
  };
  const proofsOf = async (contactId: string): Promise<readonly string[]> =>
    (await notesOf(contactId)).filter((body) => body.includes('cannot come back to sales yet'));
  const stateOf = async (contactId: string) => {
    const card = await viewCard(stage.house.context, stage.house.identity, contactRef(contactId));
    return card.ok ? card.state : card.kind;
  };
  const demo = async (contactId: string): Promise<void> => {
    const properties = {
      recent_conversion_event_name: 'Book a demo',
      recent_conversion_date: stage.house.context.now().toISOString(),
    };
    await stage.house.control('POST', '/import', { objects: { contacts: [{ id: contactId, properties }] } });
  };

  it('loses the mark when it is rejected, and has it again when that is taken back', async () => {
    const { contactId, entryId } = await rejected();
    expect((await record(contactId))[MARK] ?? '').toBe('');
    await stage.undo(entryId);
    await stage.drain();
    await stage.settle();
    expect(await record(contactId)).toMatchObject(SET);
    expect(await stateOf(contactId)).toBe('open');
    expect(await stage.handOffsOf(contactId)).toMatchObject([{ attempt: 1, closedAt: null }]);
  });

  it('and is marked again too early has the mark taken back, once, with the proof in a note', async () => {
    const { contactId } = await rejected();
    await stage.house.byHand(contactId, SET);
    await stage.settle();
    expect((await record(contactId))[MARK] ?? '').toBe('');
    expect(await proofsOf(contactId)).toHaveLength(1);
    expect((await proofsOf(contactId))[0]).toContain('cooling-off lasts until');
    expect(await stateOf(contactId)).toBe('rejected');
    // Whoever insists is told again.
    await stage.house.passSeconds(60);
    await stage.house.byHand(contactId, SET);
    await stage.settle();
    expect(await proofsOf(contactId)).toHaveLength(2);
  });

  it('and made an MQL in the same edit has both taken back', async () => {
    const { contactId } = await rejected();
    const before = (await record(contactId))['lifecyclestage'];
    await stage.house.byHand(contactId, { ...SET, lifecyclestage: 'marketingqualifiedlead' });
    await stage.settle();
    const after = await record(contactId);
    expect(after['lifecyclestage']).toBe(before);
    expect(after[MARK] ?? '').toBe('');
    expect(await proofsOf(contactId)).toHaveLength(1);
  });

  it('comes back to sales by the mark when every rule holds, and keeps its lifecycle stage', async () => {
    const { contactId } = await rejected();
    await stage.house.passDays(31);
    await stage.drain();
    await stage.settle();
    await demo(contactId);
    const before = (await record(contactId))['lifecyclestage'];
    await stage.house.byHand(contactId, SET);
    await stage.settle();
    expect(await record(contactId)).toMatchObject({ ...SET, lifecyclestage: before });
    expect(await stateOf(contactId)).toBe('open');
    expect((await stage.handOffsOf(contactId))[0]).toMatchObject({ attempt: 2, openedBy: 'reentry' });
    // And can be rejected once more.
    await stage.reject(contactId);
    await stage.drain();
    expect((await record(contactId))[MARK] ?? '').toBe('');
  });

  it('is not watched by a mark that nobody hands off by', async () => {
    const { contactId } = await rejected();
    await stage.use({ trigger: null });
    await stage.house.byHand(contactId, SET);
    await stage.settle();
    expect(await record(contactId)).toMatchObject(SET);
    expect(await proofsOf(contactId)).toEqual([]);
  });
});
