/** The bulk action: one reason for many records. Each is a rejection of its own, with an answer of its own. */

import type { RecordRef, RefusalAnswer, RejectionAnswer } from '../../src/contract.ts';
import {
  BULK_MAX,
  type BulkAnswer,
  type BulkRequest,
  type BulkRow,
  type ReasonsAnswer,
} from '../../src/contract/bulk.ts';
import { displayNameOf } from '../../src/facts.ts';
import type { PortalMap } from '../../src/portal.ts';
import { reasonOf } from '../../src/reasons.ts';
import type { Refusal } from '../../src/refusals.ts';
import { needsNote } from '../../src/rejection.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { findPortal } from '../store/portals.ts';
import { findAnswers } from '../store/ledger.ts';
import { findContactByLead, findFacts } from '../store/snapshots.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { recordRejection } from './recordRejection.ts';
import { answerOnce, firstAnswerOf } from './requestAnswers.ts';
import { settingsOf } from './settings.ts';
import { readSnapshots } from './snapshots.ts';
import { resultOf } from './workflowActions.ts';

const ROUTE = 'rejectMany';

/** The reasons to choose from where no single record is looked at. */
export async function viewReasons(
  context: FlowContext,
  { portalId }: Identity,
): Promise<ReasonsAnswer | RefusalAnswer> {
  const settings = await settingsOf(context.store.db, portalId);
  return {
    ok: true,
    reasons: settings.reasons.map(({ code, label, meaning }) => ({
      code,
      label,
      meaning,
      noteHint: reasonOf(code).noteHint,
      noteRequired: needsNote(code, settings),
    })),
    atOnce: BULK_MAX,
  };
}

/**
 * Rejects the records, each under an id made of the request's and its own: a request that broke off goes on where it
 * was, and one that was answered gets its first answer. What can succeed later is not kept as an answer.
 */
export async function rejectMany(
  context: FlowContext,
  identity: Identity,
  request: BulkRequest,
): Promise<BulkAnswer | RefusalAnswer> {
  const { portalId } = identity;
  const { db } = context.store;
  const { requestId, objectTypeId } = request;
  const once = { requestId, route: ROUTE };
  const first = await firstAnswerOf<KeptBulk>(context, identity, once);
  if (first !== null) return first.ok ? shown(context, portalId, request, first) : first;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const records = [...new Set(request.objectIds)].map((objectId): RecordRef => ({ objectTypeId, objectId }));
  const unread = await readUnknown(context, portal, records);
  // Together: the store commits what comes at the same moment in one transaction.
  const answers = await Promise.all(
    records.map((record): Promise<RejectionAnswer | RefusalAnswer> => {
      const refusal = unread.get(record.objectId);
      if (refusal !== undefined) return Promise.resolve(refusalAnswer(context, refusal));
      return recordRejection(
        context,
        identity,
        {
          requestId: requestIdOf(request, record.objectId),
          record,
          reason: request.reason,
          note: request.note,
          keptDespiteEvidence: false,
        },
        'bulk_action',
      );
    }),
  );
  // The same for all of them, and to be mended in the form: no row is at fault.
  const ofTheForm = answers.find((one) => !one.ok && OF_THE_FORM.includes(resultOf(one)));
  if (ofTheForm !== undefined && !ofTheForm.ok) return ofTheForm;
  const rows = records.map(({ objectId }, place): KeptBulk['rows'][number] => {
    const answer = answers[place];
    if (answer === undefined) throw new Error('A record of a bulk action has no answer.');
    if (answer.ok) return { objectId, result: 'rejected', sentence: null };
    const result = resultOf(answer);
    // A rejection is never refused for an acceptance: it takes its place.
    return {
      objectId,
      result: result === 'already_accepted' ? 'refused' : result,
      sentence: answer.sentence,
    };
  });
  const kept: KeptBulk = { ok: true, rows };
  const isOver = !rows.some(({ result }) => result === 'later' || result === 'record_unknown');
  const answer = isOver ? await answerOnce(context, identity, once, () => Promise.resolve(kept)) : kept;
  return answer.ok ? shown(context, portalId, request, answer) : answer;
}

/** What is kept of an answer: no names, and of a rejection only that it was made; its words are in the ledger. */
type KeptBulk = {
  readonly ok: true;
  readonly rows: readonly (Pick<BulkRow, 'objectId' | 'result'> & { readonly sentence: string | null })[];
};

const requestIdOf = ({ requestId, objectTypeId }: BulkRequest, objectId: string): string =>
  `bulk:${requestId}:${objectTypeId}:${objectId}`;

async function shown(
  context: FlowContext,
  portalId: number,
  request: BulkRequest,
  { rows }: KeptBulk,
): Promise<BulkAnswer> {
  const { objectTypeId } = request;
  const records = rows.map(({ objectId }): RecordRef => ({ objectTypeId, objectId }));
  const names = await namesOf(context, portalId, records);
  const asked = rows.map(({ objectId }) => requestIdOf(request, objectId));
  const answers = await findAnswers(context.store.db, portalId, asked);
  return {
    ok: true,
    rows: rows.map(({ objectId, result, sentence }) => {
      // JSON in the store; recordRejection wrote it for this request.
      const answer = answers.get(requestIdOf(request, objectId)) as RejectionAnswer | undefined;
      const said = answer === undefined ? 'Rejected.' : `${answer.headline} ${answer.next}`;
      return {
        objectId,
        name: names.get(objectId) ?? `Record ${objectId}`,
        result,
        sentence: sentence ?? said,
      };
    }),
  };
}

const OF_THE_FORM: readonly ReturnType<typeof resultOf>[] = ['reason_missing', 'note_missing'];

/**
 * Reads what was never seen in a few calls instead of one for each. Returns what there is to say of the records that were
 * not found, or could not be read: row by row they would be asked for again.
 */
async function readUnknown(
  context: FlowContext,
  portal: PortalMap,
  records: readonly RecordRef[],
): Promise<ReadonlyMap<string, Refusal>> {
  const { db } = context.store;
  const { portalId } = portal;
  const ids = records.map(({ objectId }) => objectId);
  const isLead = records[0]?.objectTypeId === '0-136';
  const contacts = new Map(
    isLead ? await findContactByLead(db, portalId, ids) : ids.map((id) => [id, id] as const),
  );
  const known = await findFacts(db, portalId, [...contacts.values()]);
  const unread = ids.filter((id) => !known.has(contacts.get(id) ?? ''));
  if (unread.length === 0) return new Map();
  try {
    const leads = unread.filter((id) => !contacts.has(id));
    if (leads.length > 0)
      for (const [leadId, contactId] of await context.gateway.readContactsOfLeads(portal, leads, {
        priority: 'click',
      }))
        contacts.set(leadId, contactId);
    const asked = [...new Set(unread.flatMap((id) => contacts.get(id) ?? []))].filter((id) => !known.has(id));
    const found = asked.length === 0 ? null : await readSnapshots(context, portal, asked, 'click');
    const isThere = (id: string | undefined): boolean =>
      id !== undefined && (known.has(id) || found?.has(id) === true);
    const missing = unread.filter((id) => !isThere(contacts.get(id)));
    return new Map(missing.map((id) => [id, { kind: 'record-unknown' }]));
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn(
      { portalId, kind: error.kind, err: error },
      'records of a bulk action could not be read',
    );
    return new Map(unread.map((id) => [id, { kind: 'hubspot-unreachable' }]));
  }
}

/** What people call the records, by their ids. */
async function namesOf(
  { store }: FlowContext,
  portalId: number,
  records: readonly RecordRef[],
): Promise<ReadonlyMap<string, string>> {
  const ids = records.map(({ objectId }) => objectId);
  const leads =
    records[0]?.objectTypeId === '0-136' ? await findContactByLead(store.db, portalId, ids) : null;
  const contactOf = (id: string): string => leads?.get(id) ?? id;
  const facts = await findFacts(store.db, portalId, ids.map(contactOf));
  return new Map(
    ids.flatMap((id) => {
      const found = facts.get(contactOf(id));
      return found === undefined ? [] : [[id, displayNameOf(found)] as const];
    }),
  );
}
