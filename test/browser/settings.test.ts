import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 300_000);
afterAll(() => stage.close());

describe('the settings page', () => {
  const openSettings = async (tab: string): Promise<void> => {
    await stage.page.goto(`${stage.sandbox.pageUrl}/settings`);
    await stage.page.getByRole('tab', { name: tab }).click();
  };
  const field = (name: string) => stage.page.getByRole('tabpanel').getByLabel(name, { exact: true });
  const save = () => stage.page.getByRole('tabpanel').getByRole('button', { name: 'Save', exact: true });

  it('is walked through with the keyboard, and can be read in a narrow window too', async () => {
    await openSettings('Reasons');
    for (const tab of await stage.page.getByRole('tab').all()) {
      await tab.focus();
      await stage.page.keyboard.press('Enter');
      await stage.expectAccessible();
      await stage.narrow(stage.expectNotWider);
    }
  }, 120_000);

  it('is saved with the keyboard alone; what is refused is said beside its field', async () => {
    await openSettings('SLA and hours');
    const minutes = field('Working minutes until the first contact');
    await minutes.focus();
    await stage.page.keyboard.press('ControlOrMeta+A');
    await stage.page.keyboard.type('0');
    await save().focus();
    await stage.page.keyboard.press('Enter');
    await stage.page.getByText('Not saved').waitFor();
    expect(await minutes.getAttribute('aria-invalid')).toBe('true');
    await stage.expectAccessible();
    await stage.picture('settings refused');
    await minutes.focus();
    await stage.page.keyboard.press('ControlOrMeta+A');
    await stage.page.keyboard.type('90');
    await save().focus();
    await stage.page.keyboard.press('Enter');
    await stage.page
      .getByText(/^Saved/)
      .first()
      .waitFor();
    await openSettings('SLA and hours');
    expect(await field('Working minutes until the first contact').inputValue()).toBe('90');
  });

  it('tells the second of two admins, and keeps what the first one saved', async () => {
    await openSettings('SLA and hours');
    await field('Working minutes until the first contact').fill('45');
    await stage.saveSettings('sla', (before) => ({ ...before, firstContactMinutes: 30 }));
    await save().click();
    await stage.page
      .getByText(/meanwhile/)
      .first()
      .waitFor();
    await stage.expectAccessible();
    await stage.picture('settings two admins');
    await openSettings('SLA and hours');
    expect(await field('Working minutes until the first contact').inputValue()).toBe('30');
  });
});
