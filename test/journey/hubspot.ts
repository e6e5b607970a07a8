/** Plain questions to the emulated HubSpot and to the app, as somebody from outside would ask them. */

import type { Sandbox } from '../../sandbox/compose.ts';
import { REPS } from '../../sandbox/data/team.ts';
import { createClicks } from '../../sandbox/replaying/rep.ts';
import type { CardView } from '../../src/contract.ts';

export type HubSpotObject = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly propertiesWithHistory?: Readonly<Record<string, readonly { value: string; timestamp: string }[]>>;
};
type Filter = { readonly propertyName: string; readonly operator: string; readonly value?: string };
type Page = {
  readonly results: HubSpotObject[];
  readonly paging?: { readonly next: { readonly after: string } };
};
type Owner = {
  readonly id: string;
  readonly userId: number | null;
  readonly teams: readonly { readonly name: string }[];
};

export type HubSpot = ReturnType<typeof createHubSpot>;

export const createHubSpot = (sandbox: Sandbox) => {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    for (;;) {
      const answer = await fetch(`${sandbox.crmUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${sandbox.accessToken}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (answer.ok) return answer.json();
      const text = await answer.text();
      // Five searches a second are allowed, and these tests ask for more.
      if (answer.status !== 429) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
  };
  return {
    searchAll: async (type: string, filters: readonly Filter[], properties: readonly string[]) => {
      const found: HubSpotObject[] = [];
      for (let after: string | undefined = '0'; after !== undefined;) {
        const page: Page = (await ask('POST', `/crm/objects/2026-09/${type}/search`, {
          filterGroups: [{ filters }],
          properties,
          limit: 200,
          after,
        })) as Page;
        found.push(...page.results);
        after = page.paging?.next.after;
      }
      return found;
    },
    /** When a property of each contact got its first value. */
    firstVersions: async (ids: readonly string[], property: string): Promise<Map<string, Date>> => {
      const first = new Map<string, Date>();
      for (let start = 0; start < ids.length; start += 50) {
        const { results } = (await ask('POST', '/crm/objects/2026-09/contacts/batch/read', {
          inputs: ids.slice(start, start + 50).map((id) => ({ id })),
          properties: [],
          propertiesWithHistory: [property],
        })) as Page;
        for (const { id, propertiesWithHistory } of results) {
          const times = (propertiesWithHistory?.[property] ?? []).map(({ timestamp }) =>
            Date.parse(timestamp),
          );
          if (times.length > 0) first.set(id, new Date(Math.min(...times)));
        }
      }
      return first;
    },
    owners: async (): Promise<readonly Owner[]> =>
      ((await ask('GET', '/crm/owners/2026-09?limit=100')) as { results: Owner[] }).results,
    readCard: async (contactId: number): Promise<CardView> => {
      const [rep] = REPS;
      if (!rep) throw new Error('The story has no reps.');
      const record = { objectTypeId: '0-1', objectId: String(contactId) } as const;
      return (await createClicks(sandbox).card(rep, record)) as unknown as CardView;
    },
  };
};
