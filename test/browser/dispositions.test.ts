/** Every disposition where the rep sees it: on the card, and on the record as HubSpot shows it. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';

import { standardReason } from '../../src/settings.ts';
import type { Track } from '../../src/tracks.ts';
import { cardIn, openStage, type Stage } from './stage.ts';

/** A reason for each disposition; seven is the most that a card holds. */
const CODES = [
  'not_icp',
  'no_budget',
  'bad_data',
  'wrong_contact',
  'existing_customer',
  'not_interested',
  'other',
] as const;
const ACCOUNT_OWNER = {
  id: '9002',
  userId: 7002,
  email: 'ann@example.com',
  firstName: 'Ann',
  lastName: 'Account',
};
const NEWSLETTERS = '301000001';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.importRows({
    owners: [ACCOUNT_OWNER],
    objects: {},
    sequences: [{ id: '44', name: 'Budget season' }],
  });
  await stage.hubspot('POST', '/crm/properties/2026-09/contacts', {
    name: 'nurture_track',
    label: 'Nurture track',
    type: 'string',
    fieldType: 'text',
    groupName: 'contactinformation',
  });
  await stage.saveSettings('reasons', (before) => ({ ...before, reasons: CODES.map(standardReason) }));
}, 300_000);
afterAll(() => stage.close());

type Where = 'tab' | 'sidebar';

const goByTrack = (track: Track): Promise<void> =>
  stage.saveSettings('routing', (before) => ({
    ...before,
    routes: before.routes.map((route) => (route.code === 'no_budget' ? { ...route, track } : route)),
  }));

const choose = async (card: Locator, where: Where, reason: string): Promise<void> => {
  if (where === 'tab') {
    await card.getByRole('radio', { name: new RegExp(`^${reason}`) }).click();
    return;
  }
  await card.getByRole('textbox', { name: /or reject because/ }).click();
  await stage.page.getByRole('option', { name: new RegExp(`^${reason}`) }).click();
};

type Look = {
  readonly reason: string;
  readonly contactId: string;
  readonly where?: Where;
  /** Answers the card's question before Reject. */
  readonly answer?: string;
};

/** Rejects on the card and waits until nothing is under way any more. */
const rejectOnCard = async ({ reason, contactId, where = 'tab', answer }: Look): Promise<Locator> => {
  const card = await stage.open(contactId, where);
  await choose(card, where, reason);
  if (answer !== undefined) await card.getByRole('radio', { name: answer }).click();
  await card.getByRole('button', { name: 'Reject', exact: true }).click();
  await card.getByText(`Rejected as ${reason}.`).waitFor();
  await card.getByText('What is being done').waitFor();
  await card.getByText('Done', { exact: true }).first().waitFor();
  await card
    .getByText(/^(To do|Under way|Being checked)$/)
    .first()
    .waitFor({ state: 'detached' });
  return card;
};

/** The record as HubSpot shows it: its lists and its activities. */
const overview = async (): Promise<{ readonly lists: string; readonly timeline: string }> => {
  await stage.page.getByRole('tab', { name: 'Overview' }).click();
  const region = (name: string): Locator => stage.page.getByRole('region', { name });
  await region('Lists').waitFor();
  return {
    lists: await region('Lists').innerText(),
    timeline: await region('Timeline').innerText(),
  };
};

/** Approves one lead in the weekly batch, and waits on its card until everything is done. */
const approve = async (contactId: string, lastname: string): Promise<void> => {
  await stage.page.goto(`${stage.sandbox.pageUrl}/home`);
  await stage.page.getByRole('checkbox', { name: `Select Ada ${lastname}` }).click();
  await stage.page.getByRole('button', { name: 'Approve (1)' }).click();
  await stage.page.getByText('1 decided').waitFor();
  await stage.open(contactId);
  const after = cardIn(stage.page, 'tab');
  await after.getByText('What is being done').waitFor();
  await after
    .getByText(/^(Waiting|To do|Under way|Being checked)$/)
    .first()
    .waitFor({ state: 'detached' });
};

const DAY = /\d{1,2} [A-Z][a-z]{2} \d{4}/;

type Row = {
  readonly name: string;
  readonly reason: string;
  readonly next: RegExp;
  readonly where: Where;
  /** Everything but the status waits for the weekly batch. */
  readonly isHeld?: true;
  readonly record: Readonly<Record<string, unknown>>;
  readonly list: string;
  readonly timeline: RegExp;
};

const ROWS: readonly Row[] = [
  {
    name: 'recycle, by a list',
    where: 'tab',
    reason: 'No budget',
    next: /Goes to the long-cycle track\. Back to you only with a new signal/,
    record: { hs_lead_status: 'BAD_TIMING', mqlr_reason: 'no_budget' },
    list: 'MQL loop: long-cycle track',
    timeline: /No budget/,
  },
  {
    name: 'disqualify',
    where: 'sidebar',
    reason: 'Not ICP',
    next: /Leaves sales and nurture and stays in the database/,
    record: { mqlr_reason: 'not_icp' },
    list: 'MQL loop: disqualified leads',
    timeline: /Not ICP/,
  },
  {
    name: 'enrich',
    where: 'tab',
    reason: 'Bad data',
    next: /Goes to the enrichment queue and is re-qualified once its data is complete/,
    record: { mqlr_reason: 'bad_data' },
    list: 'MQL loop: enrichment queue',
    timeline: /Complete the contact data/,
  },
  {
    name: 'rematch',
    where: 'sidebar',
    reason: 'Wrong contact',
    next: /A task asks for the right person; this contact stays warm/,
    record: { mqlr_reason: 'wrong_contact' },
    list: 'MQL loop: right-contact queue',
    timeline: /Find the right contact/,
  },
  {
    name: 'escalate',
    isHeld: true,
    where: 'tab',
    reason: 'Other',
    next: /Goes to human review, where a person decides/,
    record: { mqlr_reason: 'other' },
    list: 'MQL loop: human review',
    timeline: /Other/,
  },
];

describe('each disposition, in a real browser on the production bundle', () => {
  it.each(ROWS)(
    '$name, from the $where: both cards say what was done, what is next and when, and the record holds it',
    async (row) => {
      const lastname = `Row ${randomUUID().slice(0, 6)}`;
      const contactId = await stage.addMql({ lastname });
      await rejectOnCard({ reason: row.reason, contactId, where: row.where });
      if (row.where === 'sidebar')
        await stage.page.getByRole('tab', { name: 'MQL: accept or reject' }).click();
      for (const where of ['tab', 'sidebar'] as const) {
        const card = cardIn(stage.page, where);
        await card.getByText(row.next).first().waitFor();
        expect(await card.innerText()).toMatch(DAY);
      }
      await stage.expectAccessible();
      await stage.picture(row.name);
      expect(await stage.record(contactId, ...Object.keys(row.record))).toMatchObject(row.record);
      if (row.isHeld) await approve(contactId, lastname);
      const { lists, timeline } = await overview();
      expect(lists).toContain(row.list);
      expect(timeline).toMatch(row.timeline);
    },
  );

  it('recycle, by a property: the card names the property, and the record holds its value', async () => {
    await goByTrack({ kind: 'property', target: 'nurture_track', value: 'budget' });
    const contactId = await stage.addMql();
    const card = await rejectOnCard({ reason: 'No budget', contactId });
    await stage.picture('tab recycle, by a property');
    expect(await card.innerText()).toMatch(/nurture_track|Nurture track/);
    expect(await stage.record(contactId, 'nurture_track')).toMatchObject({ nurture_track: 'budget' });
    expect((await overview()).lists).toContain('Not a member of any list.');
  });

  it('recycle, by a sequence: the card names it, and HubSpot has the contact in it', async () => {
    await goByTrack({ kind: 'sequence', target: '44', value: 'Budget season' });
    const lastname = `Sequel ${randomUUID().slice(0, 6)}`;
    const contactId = await stage.addMql({ lastname });
    const card = await rejectOnCard({ reason: 'No budget', contactId });
    await stage.picture('tab recycle, by a sequence');
    expect(await card.innerText()).toContain('Budget season');
    expect(await card.innerText()).toContain('Waits for the weekly review');
    await approve(contactId, lastname);
    expect(
      await stage.hubspot('GET', `/automation/sequences/2026-09/enrollments/contact/${contactId}`),
    ).toMatchObject({ sequenceId: '44', enrolledByEmail: 'rita.rep@example.com' });
    await goByTrack({ kind: 'list', target: '', value: '' });
  });

  it('relate: the owner of the open deal gets the task', async () => {
    const contactId = await stage.addMql();
    await stage.hubspot('POST', '/crm/objects/2026-09/deals', {
      properties: {
        dealname: 'More seats',
        dealstage: 'appointmentscheduled',
        hubspot_owner_id: ACCOUNT_OWNER.id,
      },
      associations: [
        { to: { id: contactId }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }] },
      ],
    });
    const card = await rejectOnCard({ reason: 'Existing customer', contactId });
    await card
      .getByText(/Goes to the account owner and leaves marketing nurture/)
      .first()
      .waitFor();
    await stage.expectAccessible();
    await stage.picture('tab relate');
    const { timeline } = await overview();
    expect(timeline).toMatch(/Take over the relationship[\s\S]*for Ann Account/);
  });

  it('rematch: the right contact is named on the home page, and is handed to sales', async () => {
    const contactId = await stage.addMql({ lastname: 'Rightly' });
    await rejectOnCard({ reason: 'Wrong contact', contactId });
    await stage.page.goto(`${stage.sandbox.pageUrl}/home`);
    await stage.page.getByRole('tab', { name: 'Right contact' }).click();
    const row = stage.page.getByRole('row').filter({ hasText: 'Ada Rightly' });
    const email = `grace.${randomUUID()}@engines.example`;
    await row.getByRole('button', { name: 'Name the right person' }).click();
    await row.getByRole('textbox', { name: 'E-mail of the right person' }).fill(email);
    await row.getByRole('textbox', { name: 'First name' }).fill('Grace');
    await row.getByRole('textbox', { name: 'Last name' }).fill('Hopper');
    await stage.expectAccessible();
    await row.getByRole('button', { name: 'Hand off this person' }).click();
    await stage.page.getByText('Grace Hopper is handed to sales').waitFor();
    const search = {
      filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value: email }] }],
      properties: ['lifecyclestage'],
    };
    const find = async (): Promise<string | undefined> => {
      const found = await stage.hubspot('POST', '/crm/objects/2026-09/contacts/search', search);
      return (found as { readonly results: readonly { readonly id: string }[] }).results[0]?.id;
    };
    let grace: string | undefined;
    for (let tries = 0; grace === undefined && tries < 20; tries += 1) {
      // HubSpot allows few searches in a second, and the app needs them as well.
      await stage.page.waitForTimeout(1_000);
      grace = await find();
    }
    const card = await stage.open(String(grace));
    await card.getByRole('button', { name: 'Accept' }).waitFor();
  });

  it.each([
    {
      answer: 'Yes, unsubscribe',
      next: /Gets no more e-mail\. This is never undone by itself/,
      unsubscribes: true,
    },
    {
      answer: 'No, find out what would interest them',
      next: /Goes to the right-solution track/,
      unsubscribes: false,
    },
  ])('not interested, $answer: done as answered, once the weekly batch approved it', async (row) => {
    await stage.saveSettings('routing', (before) => ({
      ...before,
      unsubscribe: {
        subscriptionIds: [NEWSLETTERS],
        legalBasis: 'LEGITIMATE_INTEREST_OTHER',
        explanation: 'Said so on the phone',
      },
    }));
    const email = `${randomUUID()}@engines.example`;
    const lastname = `Silent ${randomUUID().slice(0, 6)}`;
    const contactId = await stage.addMql({ email, lastname });
    const card = await rejectOnCard({ reason: 'Not interested', contactId, answer: row.answer });
    await card.getByText(row.next).first().waitFor();
    await stage.expectAccessible();
    await stage.picture(`tab not interested ${row.answer}`);
    const path = `/communication-preferences/2026-09/statuses/${encodeURIComponent(email)}?channel=EMAIL`;
    const unsubscribed = async (): Promise<boolean> =>
      JSON.stringify(await stage.hubspot('GET', path)).includes('UNSUBSCRIBED');
    expect(await unsubscribed()).toBe(false);
    await approve(contactId, lastname);
    expect(await unsubscribed()).toBe(row.unsubscribes);
    await stage.picture(`approved not interested ${row.answer}`);
  });
});
