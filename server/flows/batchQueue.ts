/** The weekly batch as the app home page shows it, a page at a time. */

import { dayOf, readableAge, readableDay } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import type { BatchPage, BatchRow, QueueQuery } from '../../src/contract/queues.ts';
import { readAs, type ReasonCount } from '../../src/crosswalk.ts';
import { displayNameOf } from '../../src/facts.ts';
import { EVIDENCE_VERDICTS, PATHS } from '../../src/mqlProperties.ts';
import type { PortalMap } from '../../src/portal.ts';
import { isReasonCode, reasonOf } from '../../src/reasons.ts';
import { needsNote, type RejectionDecision } from '../../src/rejection.ts';
import type { Settings } from '../../src/settings.ts';
import { findPortal } from '../store/portals.ts';
import {
  countWaiting,
  listWaiting,
  waitingReasons,
  type ReasonOfDay,
  type WaitingCount,
  type WaitingRejection,
} from '../store/waitingRejections.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity, PortalAt } from './context.ts';
import { classedIn } from './classed.ts';
import { settingsOf } from './settings.ts';
import { decisionOf } from './situation.ts';

/** One page of the rejections whose steps wait, oldest first. */
export async function viewBatch(
  context: FlowContext,
  { portalId }: Identity,
  query: QueueQuery,
): Promise<BatchPage | RefusalAnswer> {
  const { db } = context.store;
  const now = context.now();
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const settings = await settingsOf(db, portalId);
  const everything = { portalId, now, reasons: null, text: null };
  const wanted = query.reason?.trim() || null;
  const counts = await waitingReasons(db, everything);
  const filter = {
    ...everything,
    reasons: wanted === null ? null : counts.filter((count) => codesOf(settings, count).includes(wanted)),
    text: query.q?.trim() || null,
  };
  // One more than asked for tells whether there is another page.
  const found = await listWaiting(db, {
    ...filter,
    after: Number(query.after ?? 0),
    limit: query.limit + 1,
  });
  const all = await countWaiting(db, everything);
  const isFiltered = filter.reasons !== null || filter.text !== null;
  const { total } = isFiltered ? await countWaiting(db, filter) : all;
  const shown = found.slice(0, query.limit);
  const at: PortalAt = { portal, now };
  return {
    ok: true,
    sentence: sentenceOf(all, at),
    rows: shown.map((one) => toRow(one, settings, at)),
    next: found.length > shown.length ? String(shown.at(-1)?.seq ?? '') : null,
    total,
    waiting: all.total,
    reasons: reasonsIn(settings, counts),
    overrideReasons: settings.reasons.map(({ code, label, meaning }) => ({
      code,
      label,
      meaning,
      noteRequired: needsNote(code, settings),
    })),
  };
}

/** What a reason of that day is read as by the taxonomy of now; more than one where it was split. */
const codesOf = ({ crosswalk }: Settings, { reason, day }: ReasonOfDay): readonly string[] =>
  readAs(crosswalk, reason, day).map(({ code }) => code);

/** What waits by the reasons of now, most frequent first. A row of a reason that was split is found under each part. */
function reasonsIn(settings: Settings, counts: readonly ReasonCount[]): BatchPage['reasons'] {
  const sums = new Map<string, number>();
  for (const count of counts)
    for (const code of codesOf(settings, count)) sums.set(code, (sums.get(code) ?? 0) + count.n);
  return [...sums]
    .map(([code, count]) => ({ code, label: labelOf(settings, code), count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

function sentenceOf({ total, oldestAt, firstRunsAt, lastRunsAt }: WaitingCount, at: PortalAt): string {
  if (oldestAt === null || firstRunsAt === null || lastRunsAt === null)
    return 'Nothing waits: every rejection has been decided, or has run by itself.';
  const first = dayIn(firstRunsAt, at.portal);
  const last = dayIn(lastRunsAt, at.portal);
  const when = first === last ? `on ${first}` : `between ${first} and ${last}`;
  const one = total === 1;
  const waits = one ? '1 rejection waits' : `${total.toLocaleString('en-GB')} rejections wait`;
  const since = `${one ? 'since' : 'the oldest since'} ${dayIn(oldestAt, at.portal)}`;
  return `${waits}, ${since} (${readableAge(oldestAt, at.now)}). Without a decision ${one ? 'its' : 'their'} steps run by themselves ${when}.`;
}

const dayIn = (moment: Date, { timeZone }: PortalMap): string => readableDay(dayOf(moment, timeZone));

const labelOf = (settings: Settings, code: string): string =>
  settings.reasons.find((reason) => reason.code === code)?.label ??
  (isReasonCode(code) ? reasonOf(code).label : code);

function toRow(found: WaitingRejection, settings: Settings, { portal, now }: PortalAt): BatchRow {
  const decision = decisionOf(found);
  if (decision.kind !== 'rejection') throw new Error(`Entry ${found.entryId} waits and is no rejection.`);
  const { contactId, facts, day } = found;
  const codes = codesOf(settings, { reason: decision.reason, day });
  const isItself = codes.length === 1 && codes[0] === decision.reason;
  return {
    id: found.entryId,
    contactId,
    leadId: found.leadId,
    name: facts === null ? `Contact ${contactId}` : displayNameOf(facts),
    link: `https://${portal.uiDomain}/contacts/${portal.portalId}/record/0-1/${contactId}`,
    reasonCode: decision.reason,
    reasonLabel: isItself
      ? decision.reasonLabel
      : `${decision.reasonLabel}, now ${codes.map((code) => labelOf(settings, code)).join(' or ')}`,
    note: found.note,
    evidence: decision.evidence.verdict,
    evidenceLabel: evidenceIn(decision.evidence),
    classed: classedIn(decision),
    by: decision.by,
    path: labelIn(PATHS, found.path),
    since: found.at.toISOString(),
    age: readableAge(found.at, now),
    nextStep: decision.nextStep.label,
    nextStepOn: readableDay(decision.nextStep.on),
    runsAt: found.runsAt.toISOString(),
    runsOn: dayIn(found.runsAt, portal),
  };
}

const labelIn = (
  options: readonly { readonly value: string; readonly label: string }[],
  value: string,
): string => options.find((option) => option.value === value)?.label ?? value;

const evidenceIn = ({ verdict, because }: RejectionDecision['evidence']): string => {
  const label = labelIn(EVIDENCE_VERDICTS, verdict);
  return because === null ? label : `${label}: ${because}`;
};
