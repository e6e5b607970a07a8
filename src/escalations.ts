/**
 * Odd patterns that a single lead does not show: a company of the core ICP that sales turns down again and again, and a
 * segment that used to win and now fails. Both only where chance alone would hardly bring them about.
 */

import { beyondChance, binomialTail, fisherTail } from './chance.ts';
import { companyDomainOf, isPlaceholder } from './dataChecks.ts';
import { icpCheck, type IcpDefinition } from './icp.ts';

/** An answer in force, with what tells company and segment of its lead. */
export type AnsweredLead = {
  readonly entryId: string;
  readonly contactId: string;
  readonly kind: 'rejection' | 'acceptance';
  readonly at: Date;
  /** HubSpot user id; `null` for a workflow, an import and the like. */
  readonly by: number | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly employees: string | null;
  readonly industry: string | null;
  readonly country: string | null;
  /** Size band and industry at the hand-off; `unknown` where HubSpot did not say. */
  readonly sizeBand: string;
  readonly handOffIndustry: string;
};

export const ESCALATION_KINDS = ['company', 'segment'] as const;
export type EscalationKind = (typeof ESCALATION_KINDS)[number];

export type CompanyEvidence = {
  readonly kind: 'company';
  readonly rejections: number;
  readonly answers: number;
  readonly reps: number;
  /** Rejections per answer in the whole portal, from 0 to 1. */
  readonly baseRate: number;
  readonly chance: number;
  /** How many companies were looked at beside it, itself included. */
  readonly lookedAt: number;
};
export type WonShare = { readonly accepted: number; readonly answers: number };
export type SegmentEvidence = {
  readonly kind: 'segment';
  readonly before: WonShare;
  readonly now: WonShare;
  readonly chance: number;
  readonly lookedAt: number;
};
export type EscalationEvidence = CompanyEvidence | SegmentEvidence;

export type Pattern = {
  readonly kind: EscalationKind;
  /** The same as long as it is the same company or segment. Nothing about a person. */
  readonly pattern: string;
  readonly label: string;
  readonly evidence: EscalationEvidence;
  /** The rejections behind it, the newest first. */
  readonly entryIds: readonly string[];
};

/** What was looked at. `tooFew`: segments about which so few answers say nothing yet. */
export type LookedOver = {
  readonly patterns: readonly Pattern[];
  readonly companies: number;
  readonly segments: number;
  readonly tooFew: number;
  /** Whether the portal has answers enough for a rate to compare with. */
  readonly hasBase: boolean;
};

const DAY_MS = 86_400_000;
/** Days that companies and the portal's rate are counted over. */
export const COMPANY_DAYS = 180;
/** A segment's last days, and those before them that it is compared with. *Ours.* */
const NOW_DAYS = 90;
export const SEGMENT_DAYS = NOW_DAYS + 365;
const MIN_REJECTIONS = 3;
const MIN_REPS = 2;
/** Fewer answers of a whole portal give no rate to compare with; fewer of a segment tell nothing. *Ours.* */
const MIN_BASE = 30;
const MIN_BEFORE = 20;
const MIN_NOW = 10;
/** Of all patterns looked at together, the chance that even one of those raised is none. *Ours.* */
const ALPHA = 0.05;
/** Rejections that a pattern names. */
const NAMED_MAX = 200;

/**
 * Looks over the answers of the last {@link SEGMENT_DAYS} days.
 *
 * @param resolvedAt pattern → when it was last resolved: only answers from after that count for it
 */
export function lookOver(
  answers: readonly AnsweredLead[],
  icp: IcpDefinition,
  resolvedAt: ReadonlyMap<string, Date>,
  now: Date,
): LookedOver {
  const companies = oddCompanies(
    answers.filter(({ at }) => isWithin(at, COMPANY_DAYS, now)),
    icp,
    resolvedAt,
  );
  const segments = oddSegments(answers, resolvedAt, now);
  return {
    patterns: [...companies.patterns, ...segments.patterns],
    companies: companies.lookedAt,
    hasBase: companies.hasBase,
    segments: segments.lookedAt,
    tooFew: segments.tooFew,
  };
}

const isWithin = (at: Date, days: number, now: Date): boolean => now.getTime() - at.getTime() < days * DAY_MS;

function oddCompanies(
  answers: readonly AnsweredLead[],
  icp: IcpDefinition,
  resolvedAt: ReadonlyMap<string, Date>,
): { readonly patterns: readonly Pattern[]; readonly lookedAt: number; readonly hasBase: boolean } {
  const hasBase = answers.length >= MIN_BASE;
  if (!hasBase) return { patterns: [], lookedAt: 0, hasBase };
  const baseRate = rejectionsOf(answers).length / answers.length;
  const groups = [...byCompany(answers)]
    .map(([pattern, all]) => ({ pattern, all: newestFirst(all.filter(isNewer(resolvedAt.get(pattern)))) }))
    // By the number of answers alone, which says nothing of how they came out.
    .filter(({ all }) => all.length >= MIN_REJECTIONS && isCoreIcp(all, icp))
    .map(({ pattern, all }) => {
      const rejections = rejectionsOf(all);
      const reps = new Set(rejections.flatMap(({ by }) => by ?? [])).size;
      const chance = binomialTail(rejections.length, all.length, baseRate);
      return { pattern, all, rejections, reps, chance };
    });
  const odd = beyondChance(
    groups.map(({ chance }) => chance),
    ALPHA,
  );
  const patterns = groups.flatMap(({ pattern, all, rejections, reps, chance }, place): Pattern[] => {
    if (odd[place] !== true || rejections.length < MIN_REJECTIONS || reps < MIN_REPS) return [];
    const counts = { rejections: rejections.length, answers: all.length, reps };
    const evidence = { kind: 'company', ...counts, baseRate, chance, lookedAt: groups.length } as const;
    return [{ kind: 'company', pattern, label: companyLabel(all), evidence, entryIds: idsOf(rejections) }];
  });
  return { patterns, lookedAt: groups.length, hasBase };
}

/** Answers by company: the domain of its mailboxes, and its name where there is none, or where leads of it have both. */
function byCompany(answers: readonly AnsweredLead[]): ReadonlyMap<string, readonly AnsweredLead[]> {
  const domainOfName = new Map<string, string>();
  for (const { company, email } of answers) {
    const name = nameKey(company);
    const domain = companyDomainOf(email);
    if (name !== null && domain !== null && !domainOfName.has(name)) domainOfName.set(name, domain);
  }
  const groups = Map.groupBy(answers, ({ company, email }) => {
    const name = nameKey(company);
    const domain = companyDomainOf(email) ?? (name === null ? null : domainOfName.get(name));
    return domain ? `domain ${domain}` : name === null ? '' : `name ${name}`;
  });
  groups.delete('');
  return groups;
}

/** Letters and digits only, in small letters; `null` where no company is named. */
function nameKey(company: string | null): string | null {
  if (company === null || isPlaceholder(company)) return null;
  const plain = company
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
  return plain === '' ? null : plain;
}

const companyLabel = (all: readonly AnsweredLead[]): string =>
  all.find(({ company }) => nameKey(company) !== null)?.company ??
  companyDomainOf(all[0]?.email ?? null) ??
  'A company';

/** By the newest lead whose record tells. A title is a person's and says nothing about the company. */
function isCoreIcp(newest: readonly AnsweredLead[], icp: IcpDefinition): boolean {
  const ofCompanies: IcpDefinition = { ...icp, excludedTitleWords: [] };
  for (const lead of newest) {
    const { inside, outside } = icpCheck({ ...lead, jobTitle: null }, ofCompanies);
    if (inside !== null || outside !== null) return inside !== null;
  }
  return false;
}

function oddSegments(
  answers: readonly AnsweredLead[],
  resolvedAt: ReadonlyMap<string, Date>,
  now: Date,
): { readonly patterns: readonly Pattern[]; readonly lookedAt: number; readonly tooFew: number } {
  const isRecent = ({ at }: AnsweredLead): boolean => isWithin(at, NOW_DAYS, now);
  const wonBefore = shareOf(answers.filter((answer) => !isRecent(answer)));
  const wonNow = shareOf(answers.filter(isRecent));
  const known = answers.filter(
    ({ sizeBand, handOffIndustry }) => sizeBand !== 'unknown' && handOffIndustry !== 'unknown',
  );
  const segments = [
    ...Map.groupBy(known, ({ sizeBand, handOffIndustry }) => `${sizeBand} × ${handOffIndustry}`),
  ].map(([segment, all]) => {
    const pattern = `segment ${segment}`;
    const recent = newestFirst(all.filter(isRecent).filter(isNewer(resolvedAt.get(pattern))));
    return {
      segment,
      pattern,
      recent,
      before: wonOf(all.filter((answer) => !isRecent(answer))),
      now: wonOf(recent),
    };
  });
  const enough = segments
    .filter(({ before, now: last }) => before.answers >= MIN_BEFORE && last.answers >= MIN_NOW)
    .map((segment) => ({ ...segment, chance: fisherTail(lostOf(segment.now), lostOf(segment.before)) }));
  const odd = beyondChance(
    enough.map(({ chance }) => chance),
    ALPHA,
  );
  const patterns = enough.flatMap(
    ({ segment, pattern, recent, before, now: last, chance }, place): Pattern[] => {
      // Where all of sales falls together it is not this segment that is odd.
      const usedToWin = before.accepted / before.answers >= wonBefore;
      const fails = last.accepted / last.answers < wonNow;
      if (odd[place] !== true || !usedToWin || !fails) return [];
      const evidence = { kind: 'segment', before, now: last, chance, lookedAt: enough.length } as const;
      return [{ kind: 'segment', pattern, label: segment, evidence, entryIds: idsOf(rejectionsOf(recent)) }];
    },
  );
  return { patterns, lookedAt: enough.length, tooFew: segments.length - enough.length };
}

const wonOf = (answers: readonly AnsweredLead[]): WonShare => ({
  accepted: answers.filter(({ kind }) => kind === 'acceptance').length,
  answers: answers.length,
});

const shareOf = (answers: readonly AnsweredLead[]): number =>
  answers.length === 0 ? 0 : wonOf(answers).accepted / answers.length;

const lostOf = ({ accepted, answers }: WonShare): { hits: number; misses: number } => ({
  hits: answers - accepted,
  misses: accepted,
});

const rejectionsOf = (answers: readonly AnsweredLead[]): readonly AnsweredLead[] =>
  answers.filter(({ kind }) => kind === 'rejection');

const newestFirst = (answers: readonly AnsweredLead[]): readonly AnsweredLead[] =>
  [...answers].sort((a, b) => b.at.getTime() - a.at.getTime());

const isNewer =
  (than: Date | undefined) =>
  ({ at }: AnsweredLead): boolean =>
    than === undefined || at.getTime() > than.getTime();

const idsOf = (answers: readonly AnsweredLead[]): readonly string[] =>
  answers.slice(0, NAMED_MAX).map(({ entryId }) => entryId);
