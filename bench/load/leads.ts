/** Made-up leads in the shape of a file of leads, and the script of answers to them: the default mix of reasons. */

import type { FileLead } from '../../sandbox/data/leadsFile.ts';
import { createRandom } from '../../sandbox/data/random.ts';
import { REPS } from '../../sandbox/data/team.ts';
import { type Line, writeScript } from '../../sandbox/replaying/script.ts';

const SEED = 20_261_122;
const FIRST_CONTACT_ID = 200_001;
const DAY_MS = 86_400_000;

const SOURCES = ['ORGANIC_SEARCH', 'PAID_SEARCH', 'EMAIL_MARKETING', 'REFERRALS', 'PAID_SOCIAL'] as const;
const TITLES = ['Head of Operations', 'Warehouse Manager', 'Intern', 'VP Supply Chain', 'Buyer'] as const;
const INDUSTRIES = ['LOGISTICS_AND_SUPPLY_CHAIN', 'RETAIL', 'MACHINERY', 'COMPUTER_SOFTWARE'] as const;

/** So many leads, each rejected once; the same every time. Every fourth has a Lead object, which the plans move too. */
export const writeLines = (count: number): readonly Line[] => {
  const random = createRandom(SEED);
  const now = Date.now();
  const leads = Array.from({ length: count }, (_, place): FileLead => {
    const owner = random.pick(REPS);
    const source = random.pick(SOURCES);
    const campaign = `Campaign ${1 + (place % 12)}`;
    return {
      contactId: String(FIRST_CONTACT_ID + place),
      id: `bench-${place + 1}`,
      handedOffAt: new Date(now - DAY_MS * (1 + (place % 20))),
      source,
      campaign,
      ownerId: owner.ownerId,
      properties: {
        firstname: `Vera ${place + 1}`,
        lastname: `Vorlage ${place + 1}`,
        email: `lead-${place + 1}@company-${place + 1}.example`,
        phone: `+49 30 ${String(9_000_000 + place)}`,
        jobtitle: random.pick(TITLES),
        company: `Company ${place + 1}`,
        country: 'Germany',
        industry: random.pick(INDUSTRIES),
        hubspotscore: String(20 + (place % 70)),
        hs_analytics_source: source,
        hs_analytics_source_data_2: campaign,
      },
    };
  });
  return writeScript(leads, new Set(), SEED);
};

/** One rejection as the rep's browser sends it. */
export type Click = {
  readonly contactId: string;
  readonly userId: number;
  readonly userEmail: string;
  readonly reason: string;
  readonly note: string | null;
};

export const toClick = ({ lead, rep, answer }: Line): Click => {
  if (answer === 'acceptance') throw new Error('The bench rejects every lead.');
  return {
    contactId: lead.contactId,
    userId: rep.userId,
    userEmail: rep.email,
    reason: answer.reason,
    note: answer.note,
  };
};
