/** The ideal customer profile: who fits, as both sides wrote it, and how a record measures up to it. */

import { daysBetween } from './calendar.ts';
import type { Signed } from './definitions.ts';
import type { LeadFacts } from './facts.ts';

/** Who fits. `null` and empty lists leave a criterion open. */
export type IcpDefinition = Signed & {
  readonly minEmployees: number | null;
  readonly maxEmployees: number | null;
  /** As the portal writes them in `country` and `industry`; compared without case. */
  readonly countries: readonly string[];
  readonly industries: readonly string[];
  /** Words in a job title that put a person outside. */
  readonly excludedTitleWords: readonly string[];
};

/** Days after which a definition is due for another look. */
const OLD_AFTER_DAYS = 365;

/** Said beside the definition: nobody signed it, or it is over a year old; `null` where it holds. */
export function definitionNotice(icp: Pick<Signed, 'signedAt'>, now: Date): string | null {
  if (icp.signedAt === null) return 'not signed yet';
  return daysBetween(new Date(icp.signedAt), now) > OLD_AFTER_DAYS ? 'older than a year' : null;
}

/** Smallest number of people in a value such as `51-200`, `5000+` or `240`; `null` when it names none. */
export function employeesOf(text: string | null): number | null {
  const first = text?.replaceAll(/[,.\s](?=\d{3}\b)/g, '').match(/\d+/)?.[0];
  return first === undefined ? null : Number(first);
}

/** What puts a lead inside or outside of the definition, in words; a criterion whose fact is unknown speaks for neither. */
export function icpCheck(
  facts: Pick<LeadFacts, 'employees' | 'country' | 'industry' | 'jobTitle'>,
  icp: IcpDefinition,
): { inside: string | null; outside: string | null } {
  const employees = employeesOf(facts.employees);
  const among = (value: string, list: readonly string[]): boolean =>
    list.some((entry) => entry.toLowerCase() === value.toLowerCase());
  const title = facts.jobTitle?.toLowerCase() ?? null;
  const word = icp.excludedTitleWords.find((entry) =>
    title?.split(/[^\p{L}]+/u).includes(entry.toLowerCase()),
  );
  const criteria = [
    {
      open: icp.minEmployees === null && icp.maxEmployees === null,
      known: employees !== null,
      passes:
        employees !== null &&
        employees >= (icp.minEmployees ?? 0) &&
        employees <= (icp.maxEmployees ?? Infinity),
      says: `${facts.employees} people`,
    },
    {
      open: icp.countries.length === 0,
      known: facts.country !== null,
      passes: facts.country !== null && among(facts.country, icp.countries),
      says: `country ${facts.country}`,
    },
    {
      open: icp.industries.length === 0,
      known: facts.industry !== null,
      passes: facts.industry !== null && among(facts.industry, icp.industries),
      says: `industry ${facts.industry}`,
    },
    {
      open: icp.excludedTitleWords.length === 0,
      known: title !== null,
      passes: title !== null && word === undefined,
      says: `title “${facts.jobTitle}”`,
    },
  ].filter((criterion) => !criterion.open);
  const failed = criteria.filter((criterion) => criterion.known && !criterion.passes);
  const allPass = criteria.length > 0 && criteria.every((criterion) => criterion.known && criterion.passes);
  const list = (some: typeof criteria): string => some.map((criterion) => criterion.says).join(', ');
  return {
    outside: failed.length > 0 ? `outside ICP v${icp.version}: ${list(failed)}` : null,
    inside: allPass ? `inside ICP v${icp.version}: ${list(criteria)}` : null,
  };
}
