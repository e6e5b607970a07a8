import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';

import { cardIn, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 300_000);
afterAll(() => stage.close());
afterEach(async () => {
  await stage.proxyFault({ kind: 'none' });
  await stage.hubspotFaults([]);
});

const reasonIn = (card: Locator, label: string): Locator =>
  card.getByRole('radio', { name: new RegExp(`^${label}`) });
const reject = (card: Locator): Locator => card.getByRole('button', { name: 'Reject', exact: true });

describe('a rep at the card, in a real browser on the production bundle', () => {
  it('rejects with two clicks, sees the record change, undoes, and the whole portal is as it was', async () => {
    const contactId = await stage.addMql();
    const before = await stage.state();
    const card = await stage.open(contactId);
    await reasonIn(card, 'Too early').click();
    await reject(card).click();
    await card.getByText('Rejected as Too early.').waitFor();
    await card
      .getByText(/Goes to the educational track/)
      .first()
      .waitFor();
    await card.getByText('Done').nth(2).waitFor();
    await stage.expectAccessible();
    expect(await stage.record(contactId, 'hs_lead_status', 'mqlr_reason')).toMatchObject({
      hs_lead_status: 'BAD_TIMING',
      mqlr_reason: 'too_early',
    });
    await card.getByRole('button', { name: /^Undo \(\d+ s\)$/ }).click();
    await card.getByText('Taken back.', { exact: true }).waitFor();
    await card.getByRole('button', { name: /^Earlier answers/ }).waitFor();
    await expectEventually(stage.state, before);
    await stage.expectAccessible();
    expect(await reject(card).isDisabled()).toBe(true);
  });

  it('cannot send a rejection without a reason', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await reject(card).waitFor();
    expect(await reject(card).isDisabled()).toBe(true);
    await card.getByText('Choose a reason, then Reject.').waitFor();
    expect(await card.getByRole('radio', { checked: true }).count()).toBe(0);
    await stage.expectAccessible();
  });

  it('goes through the whole answer with the keyboard alone', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await card.getByRole('button', { name: 'Accept' }).focus();
    await stage.page.keyboard.press('Tab');
    await stage.page.keyboard.press('Space');
    await stage.page.keyboard.press('ArrowDown');
    await stage.page.keyboard.press('ArrowDown');
    await stage.page.keyboard.press('Tab');
    await stage.page.keyboard.type('evaluating next year');
    // A button that the worker has not enabled yet is no stop for the Tab key.
    await card.getByRole('button', { name: 'Reject', exact: true, disabled: false }).waitFor();
    await stage.page.keyboard.press('Tab');
    await stage.page.keyboard.press('Enter');
    await card.getByText(/^Rejected as /).waitFor();
    await card.getByText('evaluating next year').first().waitFor();
    await expectEventually(
      async () => (await stage.record(contactId, 'mqlr_status'))['mqlr_status'],
      'pending_review',
    );
  });

  it('does the same in the narrow sidebar', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId, 'sidebar');
    await card.getByRole('textbox', { name: /or reject because/ }).waitFor();
    await stage.expectAccessible();
    await choose(card, 'Low intent');
    await reject(card).click();
    await card.getByText('Rejected as Low intent.').waitFor();
    await stage.expectAccessible();
  });

  it('does the same on the Lead record, and the Lead moves to its disqualified stage', async () => {
    const contactId = await stage.addMql();
    const leadId = await stage.addLead(contactId);
    await stage.page.goto(`${stage.sandbox.pageUrl}/leads/${leadId}`);
    await stage.page.getByRole('tab', { name: 'MQL: accept or reject' }).click();
    const card = stage.page
      .getByRole('region', { name: 'Activity' })
      .getByRole('region', { name: 'MQL: accept or reject' });
    await reasonIn(card, 'Not ICP').click();
    await card.getByText('The record says otherwise').waitFor();
    await stage.expectAccessible();
    await reject(card).click();
    await card.getByText('Rejected as Not ICP.').waitFor();
    await card.getByText('Lead moved to its new stage').waitFor();
    await expectEventually(
      async () => (await stage.record(contactId, 'mqlr_evidence'))['mqlr_evidence'],
      'disagrees',
    );
  });

  it('accepts with one click, and shows it', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await card.getByRole('button', { name: 'Accept' }).click();
    await card.getByText(/^Accepted\./).waitFor();
    await stage.expectAccessible();
    await expectEventually(
      async () => (await stage.record(contactId, 'mqlr_status'))['mqlr_status'],
      'accepted',
    );
  });

  it('shows the reason on a record that is already rejected, after a reload', async () => {
    const contactId = await stage.addMql();
    let card = await stage.open(contactId);
    await reasonIn(card, 'Bad data').click();
    await reject(card).click();
    await card.getByText('Rejected as Bad data.').waitFor();
    card = await stage.open(contactId);
    await card.getByText('Rejected as Bad data.').waitFor();
    await card.getByText('rita.rep@example.com').first().waitFor();
    expect(await reject(card).count()).toBe(0);
  });

  it('answered in the tab, the sidebar shows the same answer by itself', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await reasonIn(card, 'Too late').click();
    await reject(card).click();
    await card.getByText('Rejected as Too late.').waitFor();
    await cardIn(stage.page, 'sidebar').getByText('Rejected as Too late.').waitFor();
  });

  it('says so where the lead was never handed off', async () => {
    const contactId = await stage.addMql({ lifecyclestage: 'subscriber' });
    const card = await stage.open(contactId);
    await card.getByText(/has not been handed to sales/).waitFor();
    expect(await reject(card).count()).toBe(0);
    await stage.expectAccessible();
  });
});

describe('when something goes wrong the rep reads a sentence and loses nothing', () => {
  it.each([
    { name: 'a dead backend', fault: { kind: 'dead' }, says: /trying again is safe/ },
    { name: 'a backend that answers 429', fault: { kind: 'status', status: 429 }, says: /Too many requests/ },
    {
      name: 'a backend that answers 500',
      fault: { kind: 'status', status: 500 },
      says: /has trouble just now/,
    },
  ])('$name: reason and note are kept, and trying again sends them once', async ({ fault, says }) => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await reasonIn(card, 'Too late').click();
    await card.getByRole('textbox', { name: /Note/ }).fill('took the competitor');
    await stage.proxyFault(fault);
    await reject(card).click();
    await card.getByText(says).waitFor();
    await stage.expectAccessible();
    expect(await reasonIn(card, 'Too late').isChecked()).toBe(true);
    expect(await card.getByRole('textbox', { name: /Note/ }).inputValue()).toBe('took the competitor');
    await stage.proxyFault({ kind: 'none' });
    await card.getByRole('button', { name: 'Try again' }).first().click();
    await card.getByText('Rejected as Too late.').waitFor();
    await card.getByText('took the competitor').first().waitFor();
  });

  it('an answer that got lost on the way is given again, and only one rejection is on record', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await reasonIn(card, 'Duplicate').click();
    await stage.proxyFault({ kind: 'answer-lost' });
    await reject(card).click();
    await card.getByText('Rejected as Duplicate.').waitFor();
    await stage.proxyFault({ kind: 'none' });
    await card.getByText('Task: Review and merge').first().waitFor();
    expect(await card.getByRole('button', { name: /^Earlier answers/ }).count()).toBe(0);
  });

  it('a slow backend: says that it is still working, then shows the answer', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await reasonIn(card, 'Other').click();
    await stage.proxyFault({ kind: 'slow', seconds: 6 });
    await reject(card).click();
    await card.getByText('Still working, nothing is lost…').waitFor();
    await stage.expectAccessible();
    await card.getByText('Rejected as Other.').waitFor();
  });

  it('a dead backend before the card is there: a sentence, and Try again brings it', async () => {
    const contactId = await stage.addMql();
    await stage.proxyFault({ kind: 'dead' });
    const card = await stage.open(contactId);
    await card.getByText('This lead could not be looked up').waitFor();
    await stage.expectAccessible();
    await stage.proxyFault({ kind: 'none' });
    await card.getByRole('button', { name: 'Try again' }).first().click();
    await reasonIn(card, 'Not ICP').waitFor();
  });

  it('a refused reason: the colleague who was faster is named by their answer, and nothing is overwritten', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await reasonIn(card, 'Too early').click();
    const other = await stage.page.context().newPage();
    await other.goto(`${stage.sandbox.pageUrl}/contacts/${contactId}`);
    await other.getByRole('tab', { name: 'MQL: accept or reject' }).click();
    const theirs = other
      .getByRole('region', { name: 'Activity' })
      .getByRole('region', { name: 'MQL: accept or reject' });
    await reasonIn(theirs, 'Not ICP').click();
    await reject(theirs).click();
    await theirs.getByText('Rejected as Not ICP.').waitFor();
    await other.close();
    await reject(card).click();
    await card.getByText(/Already rejected as Not ICP/).waitFor();
    await stage.expectAccessible();
    await expectEventually(
      async () => (await stage.record(contactId, 'mqlr_reason'))['mqlr_reason'],
      'not_icp',
    );
  });

  it('HubSpot answers 429 while steps are carried out: the card names what is tried again, and then it is done', async () => {
    const contactId = await stage.addMql();
    const card = await stage.open(contactId);
    await reasonIn(card, 'Low intent').click();
    await stage.hubspotFaults([
      {
        match: { method: 'POST', path: '/batch/update' },
        fault: { kind: 'status', status: 429, policyName: 'TEN_SECONDLY_ROLLING' },
        times: 2,
      },
    ]);
    await reject(card).click();
    await card.getByText('Rejected as Low intent.').waitFor();
    await expectEventually(
      async () => (await stage.record(contactId, 'mqlr_reason'))['mqlr_reason'],
      'low_intent',
      40_000,
    );
    await card.getByText('Done').nth(2).waitFor({ timeout: 40_000 });
  });
});

/** Polls until `read` gives `expected`; the last value is shown when it never does. */
async function expectEventually<T>(read: () => Promise<T>, expected: T, withinMs = 15_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await read();
    try {
      expect(seen).toEqual(expected);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await stage.page.waitForTimeout(150);
    }
  }
}

/** Chooses in a select of the host with the keyboard, as a person without a mouse does. */
async function choose(card: Locator, label: string): Promise<void> {
  await card.getByRole('textbox', { name: /or reject because/ }).click();
  await stage.page.getByRole('option', { name: new RegExp(`^${label}`) }).click();
}
