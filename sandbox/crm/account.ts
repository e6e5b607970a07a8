/** Account information. Docs: developers.hubspot.com/docs/api-reference/account-account-info-v3/guide */

import { type Operation, ok } from './call.ts';

/** Minutes that a zone is away from UTC at a time, as "+01:00". */
const utcOffset = (timeZone: string, at: number): { readonly text: string; readonly ms: number } => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (!match) return { text: '+00:00', ms: 0 };
  const sign = match[1] === '-' ? -1 : 1;
  return {
    text: `${match[1]}${match[2]}:${match[3]}`,
    ms: sign * (Number(match[2]) * 60 + Number(match[3])) * 60_000,
  };
};

export const ACCOUNT_OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: '/account-info/2026-09/details',
    scopes: () => ['oauth'],
    run: ({ portal, now }) => {
      const offset = utcOffset(portal.settings.timeZone, now);
      return ok({
        portalId: portal.settings.portalId,
        accountType: 'DEVELOPER_TEST',
        timeZone: portal.settings.timeZone,
        companyCurrency: 'EUR',
        additionalCurrencies: [],
        utcOffset: offset.text,
        utcOffsetMilliseconds: offset.ms,
        uiDomain: 'app.hubspot.com',
        dataHostingLocation: 'eu1',
      });
    },
  },
];
