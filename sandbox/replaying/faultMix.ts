/** Everything that HubSpot and the way to it may do to a call, mixed at random by a seed. */

import { askSandbox } from '../control.ts';
import type { Sandbox } from '../compose.ts';

/**
 * Share of the calls that meet each fault. There are about twenty, and a look before a repeat takes five calls: together
 * they must leave a step a fair chance to come through.
 */
const RATE_OF_EACH = 0.006;
/** The server's time limit while faults are on, so that an answer can be late without the replay waiting long. */
export const TIME_LIMIT_MS = 500;

/** HubSpot names its waits where it is asked to; a second is enough to see that they are kept. */
const WAIT = { retryAfterSeconds: 1 };
const status = (code: number, more: object = {}) => ({ kind: 'status', status: code, ...more });
const bothWays = (code: number) => [status(code), status(code, { applied: true })];

const MIX: readonly { readonly path: string; readonly fault: object }[] = [
  // Batches whose rows have answers of their own; an archive has none.
  {
    path: '/batch/(read|update|create)$',
    fault: { kind: 'rows', every: 3, category: 'LOCKED' },
  },
  ...[
    status(409),
    status(423, WAIT),
    status(429, { policyName: 'SECONDLY', ...WAIT }),
    status(429, { policyName: 'TEN_SECONDLY_ROLLING', ...WAIT }),
    status(429, { policyName: 'DAILY', ...WAIT }),
    status(477, WAIT),
    ...bothWays(500),
    ...bothWays(502),
    ...bothWays(503),
    { kind: 'cut-before-headers', applied: false },
    { kind: 'cut-before-headers' },
    { kind: 'cut-before-body' },
    { kind: 'cut-mid-body' },
    { kind: 'slow', ms: TIME_LIMIT_MS + 100 },
    { kind: 'malformed-json' },
    { kind: 'unknown-fields' },
  ].map((fault) => ({ path: '.', fault })),
];

/** How often each fault met a call, by its name. */
export type FaultCount = Readonly<Record<string, number>>;

/** From now on calls of the app meet faults; the same seed draws the same ones for the same calls. */
export const switchOnFaults = async ({ crmUrl, portalId }: Sandbox, seed: number): Promise<void> => {
  const rules = MIX.map(({ path, fault }, place) => ({
    match: { path },
    fault,
    rate: RATE_OF_EACH,
    seed: seed + place,
  }));
  await askSandbox(crmUrl, 'PUT', `/sandbox/portals/${portalId}/faults`, rules);
};

/** Calls meet no faults any more. Returns how many did. */
export const switchOffFaults = async ({ crmUrl, portalId }: Sandbox): Promise<FaultCount> => {
  const path = `/sandbox/portals/${portalId}/faults`;
  const { faults } = (await askSandbox(crmUrl, 'GET', path)) as {
    faults: readonly { readonly fault: Readonly<Record<string, unknown>>; readonly applied: number }[];
  };
  await askSandbox(crmUrl, 'PUT', path, []);
  return Object.fromEntries(faults.map(({ fault, applied }) => [nameOf(fault), applied]));
};

const nameOf = ({ kind, status: code, policyName, applied }: Readonly<Record<string, unknown>>): string =>
  [
    kind === 'status' ? code : kind,
    policyName,
    applied === true ? 'applied' : applied === false ? 'not applied' : undefined,
  ]
    .filter((word) => word !== undefined)
    .map(String)
    .join(' ');
