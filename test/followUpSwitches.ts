/** The rules of what follows an answer or goes with it, each with the edit that takes it out. */

import { rows } from './switchRows.ts';
import type { Switch } from './switches.ts';

const wakeUps = [
  ...rows('wake-up', { file: 'src/wakeUps.ts', testFile: 'test/domain/wakeUps.test.ts' }, [
    {
      off: 'a date wakes inside cooling-off',
      text: "return before.on > coolingUntil ? before : { kind: 'event', on: coolingUntil };",
      instead: 'return { ...before };',
      testName: 'the first look after a rejection on 22 Nov 2026',
    },
    {
      off: 'the record’s date wakes a lead out of nurture',
      text: "if (disposition !== 'recycle' && event.kind !== 'note') return null;",
      instead: '',
      testName: 'the first look after a rejection on 22 Nov 2026',
    },
    {
      off: 'no look after sixty days',
      text: "if (disposition === 'recycle' && requalifyOn > today)",
      instead: "if (disposition === 'recycle' && requalifyOn < today)",
      testName: 'is after sixty days for a recycled lead, then each quarter',
    },
    {
      off: 'who was sent elsewhere is proposed again',
      text: "return disposition !== 'relate' && disposition !== 'unsubscribe';",
      instead: 'return disposition.length > 0;',
      testName: 'where the gate says',
    },
    {
      off: 'what is ready gets a note at each look',
      text: "if (outcome === 'ready' && !wasReady) steps.push",
      instead: "if (outcome === 'ready') steps.push",
      testName: 'is ready where every rule holds, with the proof in one note',
    },
    {
      off: 'the same date wakes again',
      text: "if (before !== null && looked !== 'event' && before.on > today) return before;",
      instead: 'if (before !== null && before.on >= today) return before;',
      testName: 'is before a date of its own, and that once',
    },
  ]),
  ...rows('wake-up', { file: 'server/flows/wakeUp.ts', testFile: 'test/flows/wakeUps.test.ts' }, [
    {
      off: 'no look follows on a look',
      text: 'await insertWakeUp(tx, { ...open, look: open.look + 1, kind, dueAt });',
      instead: '',
      testName: 'after 60 days, and then every quarter, as long as nothing new happens',
    },
    {
      off: 'who is deleted is never looked for again',
      text: 'if (gathered?.standing?.entryId === entryId) await lookForIt(tx, open, portal, now);',
      instead: '',
      testName: 'also when its record was deleted, since it may be restored',
    },
  ]),
  ...rows('wake-up', { file: 'server/flows/undoAnswer.ts', testFile: 'test/flows/wakeUps.test.ts' }, [
    {
      off: 'an undone rejection is looked at',
      text: "await closeWakeUp(tx, { portalId, entryId: answerId }, 'undone', now);",
      instead: '',
      testName: 'never again once it is undone, and the record is as it was',
    },
  ]),
  ...rows('wake-up', { file: 'server/flows/reentry.ts', testFile: 'test/flows/reentry.test.ts' }, [
    {
      off: 'who is with sales again is looked at',
      text: "await closeWakeUp(tx, standing, 'handed_off', now);",
      instead: '',
      testName: 'after cooling-off and on a new event is with sales again, as the next attempt',
    },
  ]),
];

const enrichment = [
  ...rows('enrichment', { file: 'src/enrichment.ts', testFile: 'test/domain/enrichment.test.ts' }, [
    {
      off: 'it is tried for ever',
      text: 'if (tries > 0 && (tries >= followUp.enrichTries || today >= endsOn))',
      instead: 'if (tries > 0 && today >= endsOn)',
      testName: 'after the last try is given up',
    },
    {
      off: 'it never ends by its day',
      text: 'if (tries > 0 && (tries >= followUp.enrichTries || today >= endsOn))',
      instead: 'if (tries > 0 && tries >= followUp.enrichTries)',
      testName: 'after the last day is given up, however few the tries',
    },
    {
      off: 'it is tried at each look',
      text: "if (!enrichment.isTryDue) return { kind: 'wait' };",
      instead: '',
      testName: 'is tried once in the time of a try',
    },
    {
      off: 'complete data stays in the queue',
      text: 'if (problems.length === 0 && !enrichment.isUnchanged) {',
      instead: 'if (problems.length < 0) {',
      testName: 'is complete as soon as nothing is wrong',
    },
  ]),
  ...rows('enrichment', { file: 'server/flows/enrich.ts', testFile: 'test/flows/enrichment.test.ts' }, [
    {
      off: 'a record that was deleted is given up',
      text: "if (found.refusal.kind === 'answer-replaced') await",
      instead: 'if (due !== null) await',
      testName: 'whose record was deleted goes on where it was when it is restored',
    },
    {
      off: 'the tool is told again what it took',
      text: 'await setEnrichment(store.db, one, { owesCall: false });',
      instead: '',
      testName: 'signed and by the same id until it is taken',
    },
  ]),
];

const handOffs = [
  ...rows('hand-off', { file: 'server/flows/answerHandOffs.ts', testFile: 'test/flows/handOffs.test.ts' }, [
    {
      off: 'an answer closes none',
      text: 'toAnsweredHandOffs(taken.map(({ handOff }) => handOff)),',
      instead: 'toAnsweredHandOffs([]),',
      testName: 'is closed by the answer, opened again by its undo',
    },
  ]),
  ...rows('hand-off', { file: 'server/flows/undoAnswer.ts', testFile: 'test/flows/handOffs.test.ts' }, [
    {
      off: 'an undo opens none',
      text: 'await reopenHandOff(tx, portalId, answerId, {',
      instead: 'await reopenHandOff(tx, portalId, undoId, {',
      testName: 'is closed by the answer, opened again by its undo',
    },
  ]),
  ...rows('hand-off', { file: 'src/handOff.ts', testFile: 'test/domain/rejectionClass.test.ts' }, [
    {
      off: 'the mark of the attempt before stays, so that no workflow starts again',
      text: 'return (attempt > 1 ? [off, on] : [on])',
      instead: 'return (attempt > 1_000 ? [off, on] : [on])',
      testName: 'marks the record, and takes the mark of the attempt before off first',
    },
  ]),
];

const others = [
  ...rows('dispute', { file: 'server/flows/decideDispute.ts', testFile: 'test/flows/disputes.test.ts' }, [
    {
      off: 'a decision without words or owner is taken',
      text: "if (problems.length > 0) return refusalAnswer(context, { kind: 'dispute-incomplete', problems });",
      instead: '',
      testName: 'a decision without words, owner or day to come is refused beside its fields',
    },
    {
      off: 'two decisions share a lead',
      text: 'await lockDisputes(tx, portalId, ids);\n  return findDisputed(tx, portalId, ids);',
      instead: 'return known;',
      testName: 'two decisions at the same moment share no lead',
    },
  ]),
  ...rows('bulk action', { file: 'server/flows/rejectMany.ts', testFile: 'test/flows/bulk.test.ts' }, [
    {
      off: 'a part that broke off begins anew',
      text: '`bulk:${requestId}:${objectTypeId}:${objectId}`;',
      instead: '`bulk:${requestId}:${objectTypeId}:${Math.random()}:${objectId}`;',
      testName: 'a part that broke off in the middle goes on where it was',
    },
    {
      off: 'a missing reason is told row by row',
      text: 'if (ofTheForm !== undefined && !ofTheForm.ok) return ofTheForm;',
      instead: '',
      testName: 'is refused as a whole, and can be mended and sent again',
    },
    {
      off: 'what may succeed later is kept as the answer',
      text: "!rows.some(({ result }) => result === 'later' || result === 'record_unknown')",
      instead: 'rows.length >= 0',
      testName: 'what HubSpot could not give now is asked for again with the same request',
    },
  ]),
  ...rows('unsubscribe', { file: 'src/rejection.ts', testFile: 'test/domain/tracks.test.ts' }, [
    {
      off: 'nobody has to set it up',
      text: "if (row.disposition === 'unsubscribe' && !canUnsubscribe(settings.routing))",
      instead: "if (row.disposition === 'unsubscribe' && note === undefined)",
      testName: 'is not unsubscribed before an admin has named subscriptions, basis and explanation',
    },
  ]),
  ...rows('unsubscribe', { file: 'src/changes.ts', testFile: 'test/domain/tracks.test.ts' }, [
    {
      off: 'it does not wait for the batch',
      text: "reversible: false,\n    describe: () => 'Unsubscribed",
      instead: "reversible: true,\n    describe: () => 'Unsubscribed",
      testName: 'and wants no more e-mail is unsubscribed with the legal basis, after the batch',
    },
  ]),
  ...rows('settings', { file: 'server/flows/saveSettings.ts', testFile: 'test/flows/routingMarks.test.ts' }, [
    {
      off: 'what the tracks name is not looked up',
      text: 'return { routingMarks: await gateway.readRoutingMarks(portal, named, userId) };',
      instead: 'return named.properties.length < 0 ? {} : {};',
      testName: 'is refused beside its field',
    },
  ]),
];

export const FOLLOW_UP_SWITCHES: readonly Switch[] = [...wakeUps, ...enrichment, ...handOffs, ...others];
