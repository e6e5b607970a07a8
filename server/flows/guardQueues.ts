/** What happened around the card, as the app home page shows it: missing reasons, third attempts, and the coverage ledger. */

import { addDays, dayOf, readableAge, readableDay, readableMoment } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import {
  REVIEW_RESOLUTIONS,
  type CoverageQuery,
  type CoverageView,
  type FindingQuery,
  type PendingPage,
  type ReviewAnswer,
  type ReviewPage,
  type ReviewRequest,
} from '../../src/contract/guard.ts';
import { displayNameOf, type LeadFacts } from '../../src/facts.ts';
import { PATHS } from '../../src/mqlProperties.ts';
import { pathInWords, planReentry, recordLink } from '../../src/pendingReason.ts';
import type { PortalMap } from '../../src/portal.ts';
import { attemptOf } from '../../src/rejection.ts';
import {
  closeFinding,
  coverageSince,
  findFinding,
  pageOfFindings,
  type Coverage,
  type GuardFinding,
} from '../store/findings.ts';
import { listEntries } from '../store/ledger.ts';
import { cancelPendingSteps } from '../store/planSteps.ts';
import { findPortal } from '../store/portals.ts';
import { findFacts } from '../store/snapshots.ts';
import { clearStandingAnswer, lockStandingAnswers } from '../store/standingAnswers.ts';
import { closeEnrichment } from '../store/enrichments.ts';
import { closeWakeUp } from '../store/wakeUps.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity, PortalAt } from './context.ts';
import { owePlan } from './owedPlan.ts';
import { mayNot } from './mayNot.ts';
import { settingsOf } from './settings.ts';
import { decisionOf, gatherSituations } from './situation.ts';
import { readIfStale } from './snapshots.ts';

/** Rejections that wait for their reason, oldest first. */
export async function viewPending(
  context: FlowContext,
  { portalId }: Identity,
  query: FindingQuery,
): Promise<PendingPage | RefusalAnswer> {
  const found = await page(context, portalId, ['put_back', 'held'], query);
  if (!found.ok) return found.refused;
  const { at, rows, names, total, next } = found;
  const settings = await settingsOf(context.store.db, portalId);
  return {
    ok: true,
    sentence:
      total === 0
        ? 'No reason is missing: every rejection that was made around the card has one.'
        : `${count(total, 'rejection waits', 'rejections wait')} for a reason, the oldest for ${readableAge(rows[0]?.foundAt ?? at.now, at.now)}.`,
    rows: rows.map((row) => ({
      ...aboutOf(row, names, at),
      sentence: `${row.reasonState === 'invalid' ? 'Rejected with a reason that is not used here' : 'Rejected without a reason'} on ${readableMoment(row.changedAt, at.portal.timeZone)}; ${row.outcome === 'held' ? 'held' : 'put back'}.`,
      dueOn:
        row.managerToldAt === null
          ? readableDay(addDays(dayOf(row.foundAt, at.portal.timeZone), settings.guard.managerAfterDays))
          : `told on ${readableDay(dayOf(row.managerToldAt, at.portal.timeZone))}`,
    })),
    next,
    total,
  };
}

/** Leads that would come back for the third time, with what both sides say. */
export async function viewReviews(
  context: FlowContext,
  { portalId }: Identity,
  query: FindingQuery,
): Promise<ReviewPage | RefusalAnswer> {
  const found = await page(context, portalId, ['review'], query);
  if (!found.ok) return found.refused;
  const { at, rows, names, total, next } = found;
  const shown: ReviewPage['rows'] = [];
  for (const row of rows) {
    const entries = await listEntries(context.store.db, portalId, row.contactId);
    shown.push({
      ...aboutOf(row, names, at),
      sales: entries.flatMap((entry) => {
        if (entry.kind !== 'rejection') return [];
        const { reasonLabel, by, evidence } = asRejection(entry);
        const note = entry.note === null ? '' : `: “${entry.note}”`;
        const against =
          evidence.verdict === 'disagrees' ? ` The record said otherwise: ${evidence.because}.` : '';
        return [`${readableDay(entry.day)}, ${reasonLabel} (${by})${note}.${against}`];
      }),
      marketing: (row.proof?.rules ?? [])
        .filter(({ holds }) => holds)
        .map(({ fact, at: when }) =>
          when === null ? fact : `${fact} (${readableMoment(new Date(when), at.portal.timeZone)})`,
        ),
    });
  }
  return {
    ok: true,
    sentence:
      total === 0
        ? 'Nobody waits for a review.'
        : `${count(total, 'lead waits', 'leads wait')} for a decision: rejected and recycled before, and back with something new.`,
    rows: shown,
    next,
    total,
  };
}

const asRejection = (entry: Parameters<typeof decisionOf>[0]) => {
  const decision = decisionOf(entry);
  if (decision.kind !== 'rejection') throw new Error('An entry of kind rejection holds another decision.');
  return decision;
};

/** A reviewer decides. The first decision stands: a later one is told what it was. */
export async function decideReview(
  context: FlowContext,
  { portalId, userId }: Identity,
  findingId: string,
  { resolution }: ReviewRequest,
): Promise<ReviewAnswer | RefusalAnswer> {
  const denied = await mayNot(context, { portalId, userId }, 'resolve-review');
  if (denied !== null) return refusalAnswer(context, denied);
  const asked = await findFinding(context.store.db, portalId, findingId);
  if (asked === null) return refusalAnswer(context, { kind: 'answer-unknown' });
  const refusal = await readIfStale(context, portalId, asked.contactId);
  if (refusal !== null) return refusalAnswer(context, refusal);
  return context.store.transaction(async (tx) => {
    const seen = await findFinding(tx, portalId, findingId);
    if (seen === null || seen.outcome !== 'review') return refusalAnswer(context, { kind: 'answer-unknown' });
    const { contactId } = seen;
    await lockStandingAnswers(tx, [{ portalId, contactId }]);
    const label = (value: string | null): string =>
      REVIEW_RESOLUTIONS.find((one) => one.value === value)?.label ?? 'Answered';
    if (seen.state === 'closed') return { ok: true, sentence: `Decided already: ${label(seen.closedHow)}.` };
    const now = context.now();
    await closeFinding(tx, portalId, findingId, resolution, now);
    // A workflow may wait for this.
    await context.queue.wake(tx, 'drain-plans', { portalId });
    if (resolution === 'keep_in_nurture')
      return { ok: true, sentence: 'It stays in nurture, and comes back here only with something new.' };
    const [gathered] = await gatherSituations(tx, [
      { portalId, objectId: contactId, isLead: false, requestId: null },
    ]);
    if (gathered?.ok !== true) return refusalAnswer(context, gathered?.refusal ?? { kind: 'record-unknown' });
    const { situation, standing } = gathered;
    if (standing !== null) {
      await cancelPendingSteps(tx, portalId, standing.entryId, now);
      await closeWakeUp(tx, standing, 'handed_off', now);
      await closeEnrichment(tx, standing, 'closed', now);
      await clearStandingAnswer(tx, portalId, contactId);
    }
    const attempt = attemptOf({ ...situation, standing: null });
    await owePlan(tx, context, {
      portalId,
      owedBy: context.newId(),
      contactId,
      steps: planReentry(situation, attempt, now),
    });
    return { ok: true, sentence: `Handed to sales again, as attempt ${attempt}.` };
  });
}

/** Rejections by the way that they came, with and without a reason. */
export async function viewCoverage(
  context: FlowContext,
  { portalId }: Identity,
  { days }: CoverageQuery,
): Promise<CoverageView | RefusalAnswer> {
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const since = addDays(dayOf(context.now(), portal.timeZone), 1 - days);
  const rows = await coverageSince(db, portalId, since);
  return {
    ok: true,
    sentence: coverageSentence(rows, since),
    paths: rows.map((row) => ({
      ...row,
      label: PATHS.find(({ value }) => value === row.path)?.label ?? row.path,
    })),
  };
}

/** Ours: at least 95 of 100 on the first try, all of them after follow-up. */
const TARGET = 0.95;

function coverageSentence(rows: readonly Coverage[], since: string): string {
  const sum = (of: (row: Coverage) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const first = sum(({ withReason }) => withReason);
  const all = first + sum(({ missing, invalid }) => missing + invalid);
  if (all === 0) return `No rejection since ${readableDay(since)}.`;
  const share = first / all;
  const open = sum((row) => row.open);
  const waits = open === 0 ? 'none waits for one' : `${open} still ${open === 1 ? 'waits' : 'wait'} for one`;
  return `${first} of ${all} rejections came with a reason on the first try (${Math.floor(share * 100)} %, target ${TARGET * 100} %); ${waits}.`;
}

type Page =
  | { readonly ok: false; readonly refused: RefusalAnswer }
  | {
      readonly ok: true;
      readonly at: PortalAt;
      readonly rows: readonly GuardFinding[];
      readonly names: ReadonlyMap<string, LeadFacts>;
      readonly total: number;
      readonly next: string | null;
    };

async function page(
  context: FlowContext,
  portalId: number,
  outcomes: readonly GuardFinding['outcome'][],
  { after, limit }: FindingQuery,
): Promise<Page> {
  const { db } = context.store;
  const portal: PortalMap | null = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return { ok: false, refused: refusalAnswer(context, { kind: 'portal-not-ready' }) };
  // One more than asked for tells whether there is another page.
  const { rows, total } = await pageOfFindings(db, portalId, outcomes, {
    after: after ?? null,
    limit: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const names = await findFacts(
    db,
    portalId,
    shown.map(({ contactId }) => contactId),
  );
  return {
    ok: true,
    at: { portal, now: context.now() },
    rows: shown,
    names,
    total,
    next: rows.length > shown.length ? (shown.at(-1)?.findingId ?? null) : null,
  };
}

function aboutOf(row: GuardFinding, names: ReadonlyMap<string, LeadFacts>, { portal, now }: PortalAt) {
  const facts = names.get(row.contactId);
  return {
    id: row.findingId,
    contactId: row.contactId,
    name: facts === undefined ? `Contact ${row.contactId}` : displayNameOf(facts),
    link: recordLink(portal, row.contactId),
    since: row.foundAt.toISOString(),
    age: readableAge(row.foundAt, now),
    path: pathInWords(row.path),
    by:
      row.actorUserId === null
        ? null
        : (portal.userNames[String(row.actorUserId)] ?? `user ${row.actorUserId}`),
  };
}

const count = (n: number, one: string, many: string): string =>
  n === 1 ? `1 ${one}` : `${n.toLocaleString('en-GB')} ${many}`;
