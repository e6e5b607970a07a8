/**
 * Webhooks for changes. Docs: developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide and
 * developers.hubspot.com/docs/apps/developer-platform/add-features/configure-webhooks
 *
 * Arrays of at most 100 events, at most 10 requests at once, 5 seconds to answer, up to 10 retries with growing gaps on
 * anything but 2xx. Order is not promised and events may come twice; `disorder` makes sure of it.
 */

import { createHmac } from 'node:crypto';
import type { Clock } from './clock.ts';
import { createRandom } from './faults.ts';
import type { CrmEvent, Portal } from './state.ts';

export type Subscription = {
  readonly subscriptionType: string;
  readonly objectTypeId: string;
  readonly propertyName?: string;
};

export type WebhookSettings = {
  readonly targetUrl: string;
  /** What the receiver is called from outside: the URL (or its origin) that is signed. */
  readonly publicUrl: string;
  readonly clientSecret: string;
  readonly appId: number;
  readonly subscriptions: readonly Subscription[];
  readonly disorder?: {
    readonly duplicate?: number;
    readonly reorder?: boolean;
    readonly delayMs?: number;
    readonly seed?: number;
  };
  /** first gap before a retry; it doubles. HubSpot spreads ten retries over 24 hours. */
  readonly retryMs?: number;
};

type Payload = Readonly<Record<string, unknown>>;

type Delivery = { readonly events: readonly Payload[]; readonly attempt: number; readonly dueAt: number };

export type DeliveryReport = {
  readonly at: number;
  /** until the receiver had answered, or was given up */
  readonly tookMs: number;
  readonly attemptNumber: number;
  readonly events: readonly Payload[];
  /** the receiver's status, or why there was none */
  readonly outcome: number | 'timeout' | 'connection';
};

export type Webhooks = {
  readonly configure: (settings: WebhookSettings | undefined) => void;
  readonly settings: () => WebhookSettings | undefined;
  readonly take: (event: CrmEvent) => void;
  readonly reports: () => readonly DeliveryReport[];
  /** events that have not been accepted yet */
  readonly pending: () => number;
  /** Looks for due deliveries again; to be called when the clock was moved. */
  readonly wake: () => void;
  readonly close: () => void;
};

const MOST_EVENTS = 100;
const MOST_AT_ONCE = 10;
const ANSWER_MS = 5_000;
const MOST_RETRIES = 10;
const FIRST_RETRY_MS = 1_000;
const GATHER_MS = 10;
const MOST_REPORTS = 5_000;

/** base64(HMAC-SHA256(secret, method + URI + body + timestamp)). Docs: developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests */
export const signWebhook = (secret: string, url: string, body: string, timestampMs: number): string =>
  createHmac('sha256', secret).update(`POST${url}${body}${timestampMs}`).digest('base64');

/** The URL that is signed: the public one, with the target's path when it names only an origin. */
export const signedUrl = ({ targetUrl, publicUrl }: WebhookSettings): string => {
  const shown = new URL(publicUrl);
  const target = new URL(targetUrl);
  return shown.pathname === '/' ? `${shown.origin}${target.pathname}${target.search}` : shown.href;
};

/** Privacy deletions are an event of the hub, in the older spelling; all others are events of an object. */
const toSubscriptionType = ({ kind }: CrmEvent): string =>
  kind === 'privacyDeletion' ? 'contact.privacyDeletion' : `object.${kind}`;

const subscriptionOf = (
  settings: WebhookSettings,
  event: CrmEvent,
): { readonly subscription: Subscription; readonly id: number } | undefined => {
  const at = settings.subscriptions.findIndex(
    (it) =>
      it.subscriptionType === toSubscriptionType(event) &&
      it.objectTypeId === event.objectTypeId &&
      (event.kind !== 'propertyChange' || it.propertyName === event.propertyName),
  );
  const subscription = settings.subscriptions[at];
  return subscription && { subscription, id: 5_000_001 + at };
};

export const createWebhooks = (portal: Portal, clock: Clock): Webhooks => {
  let settings: WebhookSettings | undefined;
  let random = createRandom(1);
  let gathered: Payload[] = [];
  let queue: Delivery[] = [];
  let reports: DeliveryReport[] = [];
  let inFlight = 0;
  let inFlightEvents = 0;
  let gathering: NodeJS.Timeout | undefined;
  let waiting: NodeJS.Timeout | undefined;
  const abort = new AbortController();

  const toPayload = (event: CrmEvent, subscriptionId: number, appId: number): Payload => ({
    eventId: ++portal.crm.counters.event,
    subscriptionId,
    portalId: portal.settings.portalId,
    appId,
    occurredAt: event.at,
    subscriptionType: toSubscriptionType(event),
    objectId: Number(event.objectId),
    ...(event.kind !== 'privacyDeletion' && { objectTypeId: event.objectTypeId }),
    changeSource: event.source.sourceType,
    sourceId: event.source.sourceId,
    ...(event.propertyName !== undefined && {
      propertyName: event.propertyName,
      propertyValue: event.propertyValue ?? '',
      isSensitive: false,
    }),
    ...(event.kind === 'creation' && { changeFlag: 'CREATED' }),
    ...(event.kind === 'deletion' && { changeFlag: 'DELETED' }),
    ...event.merge,
    ...event.association,
  });

  const flush = (): void => {
    gathering = undefined;
    if (settings?.disorder?.reorder === true)
      gathered = gathered
        .map((event) => ({ event, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
    const dueAt = clock.now() + (settings?.disorder?.delayMs ?? 0);
    for (let start = 0; start < gathered.length; start += MOST_EVENTS)
      queue.push({ events: gathered.slice(start, start + MOST_EVENTS), attempt: 0, dueAt });
    gathered = [];
    pump();
  };

  const pump = (): void => {
    clearTimeout(waiting);
    if (abort.signal.aborted || !settings) return;
    const now = clock.now();
    while (inFlight < MOST_AT_ONCE) {
      const at = queue.findIndex(({ dueAt }) => dueAt <= now);
      const [delivery] = at < 0 ? [] : queue.splice(at, 1);
      if (!delivery) break;
      void deliver(delivery, settings);
    }
    const next = queue.reduce((soonest, { dueAt }) => Math.min(soonest, dueAt), Number.POSITIVE_INFINITY);
    if (inFlight < MOST_AT_ONCE && Number.isFinite(next))
      waiting = setTimeout(pump, Math.min(Math.max(1, next - now), 60_000)).unref();
  };

  const deliver = async (delivery: Delivery, to: WebhookSettings): Promise<void> => {
    inFlight += 1;
    inFlightEvents += delivery.events.length;
    const at = clock.now();
    const start = performance.now();
    const events = delivery.events.map((event) => ({ ...event, attemptNumber: delivery.attempt }));
    const outcome = await post(to, JSON.stringify(events), at, abort.signal);
    inFlight -= 1;
    inFlightEvents -= delivery.events.length;
    if (abort.signal.aborted) return;
    reports.push({ at, tookMs: performance.now() - start, attemptNumber: delivery.attempt, events, outcome });
    if (reports.length > 2 * MOST_REPORTS) reports = reports.slice(-MOST_REPORTS);
    const accepted = typeof outcome === 'number' && outcome >= 200 && outcome < 300;
    if (!accepted && delivery.attempt < MOST_RETRIES)
      queue.push({
        events: delivery.events,
        attempt: delivery.attempt + 1,
        dueAt: clock.now() + (to.retryMs ?? FIRST_RETRY_MS) * 2 ** delivery.attempt,
      });
    pump();
  };

  return {
    configure: (next) => {
      settings = next;
      random = createRandom(next?.disorder?.seed ?? 1);
      if (!next) {
        gathered = [];
        queue = [];
      }
      pump();
    },
    settings: () => settings,
    take: (event) => {
      const found = settings && subscriptionOf(settings, event);
      if (!settings || !found) return;
      const payload = toPayload(event, found.id, settings.appId);
      gathered.push(payload);
      if (settings.disorder?.duplicate !== undefined && random() < settings.disorder.duplicate)
        gathered.push(payload);
      gathering ??= setTimeout(flush, GATHER_MS);
    },
    reports: () => reports,
    pending: () =>
      gathered.length + inFlightEvents + queue.reduce((sum, { events }) => sum + events.length, 0),
    wake: pump,
    close: () => {
      clearTimeout(gathering);
      clearTimeout(waiting);
      abort.abort();
    },
  };
};

/** One request to the receiver: its status, or why there was none. */
const post = async (
  settings: WebhookSettings,
  body: string,
  timestampMs: number,
  closing: AbortSignal,
): Promise<DeliveryReport['outcome']> => {
  const deadline = AbortSignal.timeout(ANSWER_MS);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'HubSpot Sandbox Webhooks',
    'X-HubSpot-Request-Timestamp': String(timestampMs),
    'X-HubSpot-Signature-Version': 'v3',
    'X-HubSpot-Signature-v3': signWebhook(settings.clientSecret, signedUrl(settings), body, timestampMs),
  };
  try {
    const signal = AbortSignal.any([deadline, closing]);
    const answer = await fetch(settings.targetUrl, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal,
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    // Whatever fetch() rejects with, nothing was acknowledged: the delivery is reported and tried again.
    return deadline.aborted ? 'timeout' : 'connection';
  }
};
