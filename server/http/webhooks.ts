import { z } from 'zod';
import { webhookAddressee, webhookBatch, webhookEnvelope, webhookEvent } from '../../src/contract.ts';
import { AppError } from './errors.ts';
import type { HubSpotRoute } from './route.ts';
import { readBody } from './route.ts';

const answer = z.object({
  ok: z.literal(true),
  taken: z.number().int().describe('events that are stored'),
  ignored: z.number().int().describe('events of portals that are not served, and such as cannot be read'),
});

/**
 * Answers when the events are stored, since HubSpot waits five seconds and delivers a refused batch again for a day.
 * That is also why events of a portal that is not served (the app was just taken off there) are counted and passed
 * over: an error would hold back the other portals' events in the same batch, and coming again would not help. The
 * same goes for an event that cannot be read. Events of another app are another matter: the batch is not for us.
 */
export const webhookRoute: HubSpotRoute = {
  caller: 'hubspot',
  method: 'post',
  path: '/v1/webhooks',
  name: 'takeWebhooks',
  summary: "Takes HubSpot's events of changed, merged and deleted records.",
  body: webhookBatch,
  answer,
  example: {
    path: '/v1/webhooks',
    body: [
      {
        eventId: 3816279340,
        subscriptionId: 25,
        portalId: 14500001,
        appId: 4242,
        occurredAt: 1795363200000,
        subscriptionType: 'object.propertyChange',
        attemptNumber: 0,
        objectId: 901,
        objectTypeId: '0-1',
        propertyName: 'hs_lead_status',
        propertyValue: 'UNQUALIFIED',
        changeSource: 'CRM_UI',
      },
    ],
  },
  run: async ({ flows, appId, onTaken, onIgnored, onUnreadable }, body) => {
    const batch = readBody(webhookEnvelope, body);
    const ofAnotherApp = batch.some((one) => {
      const addressee = webhookAddressee.safeParse(one);
      return addressee.success && addressee.data.appId !== appId;
    });
    if (ofAnotherApp) throw new AppError('app-unknown');
    const read = batch.map((one) => webhookEvent.safeParse(one));
    const events = read.flatMap(({ data }) => (data === undefined ? [] : [data]));
    const misfits = read.flatMap(
      ({ error }) => error?.issues.map(({ path }) => path.map(String).join('.')) ?? [],
    );
    const served = events.filter(({ portalId }) => flows.knowsPortal(portalId));
    const strangers = events.filter(({ portalId }) => !flows.knowsPortal(portalId));
    if (served.length > 0) await flows.takeWebhooks(served);
    onTaken(served.length);
    if (strangers.length > 0)
      onIgnored(strangers.length, [...new Set(strangers.map(({ portalId }) => portalId))]);
    const unreadable = batch.length - events.length;
    if (unreadable > 0) onUnreadable(unreadable, [...new Set(misfits)]);
    const ignored = strangers.length + unreadable;
    return { ok: true, taken: served.length, ignored } satisfies z.infer<typeof answer>;
  },
};
