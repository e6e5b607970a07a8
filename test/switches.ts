/** What the product's promises rest on, each with the edit that takes it out and the test that then fails. */

import { FOLLOW_UP_SWITCHES } from './followUpSwitches.ts';
import { RULE_SWITCHES } from './ruleSwitches.ts';

export type Switch = {
  /** What is switched off. */
  readonly off: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly instead: string;
  readonly testFile: string;
  /** A part of the test's name; as it stands in the test's file. */
  readonly testName: string;
};

export const SWITCHES: readonly Switch[] = [
  {
    off: 'durability: a sync that does not reach the disk',
    file: 'server/store/durableFs.ts',
    text: 'fs.fsyncSync(stream.nfd);',
    instead: '',
    testFile: 'test/store/guards.test.ts',
    testName: 'loses nothing that was acknowledged when the power goes',
  },
  {
    off: 'group commit: answered before the COMMIT',
    file: 'server/store/groupCommit.ts',
    text: '        group.map(({ command }) => command),\n      ),',
    instead:
      '        group.map(({ command }) => command),\n      ).then((answers) => (answer(group, answers), answers)),',
    testFile: 'test/store/groupCommit.test.ts',
    testName: 'answers nobody before the commit, and only those whose own commit goes through',
  },
  {
    off: 'the outbox: no job in the transaction of the answer',
    file: 'server/flows/answerHandOffs.ts',
    text: "await queue.wake(tx, 'drain-plans', { portalId: entry.portalId });",
    instead: '',
    testFile: 'test/flows/outbox.test.ts',
    testName: 'holds the steps and their job as soon as the answer is given',
  },
  {
    off: 'the look-up before a repeat',
    file: 'server/flows/drainPlans.ts',
    text: 'lookFirst: claim.mayHaveHappened',
    instead: 'lookFirst: false',
    testFile: 'test/flows/carryingOut.test.ts',
    testName: 'an answer that never came back is looked up before it is repeated: one note, not two',
  },
  {
    off: 'the requestId rule: a second delivery counts as another request',
    file: 'server/flows/answerHandOffs.ts',
    text: "if (first !== null) return { do: 'answer', answer: first };",
    instead: '',
    testFile: 'test/flows/answers.test.ts',
    testName: 'a second delivery gives the first answer, one after the other and at the same moment',
  },
  {
    off: 'the budget: every call goes at once',
    file: 'server/hubspot/budget.ts',
    text: 'if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);',
    instead: 'if (refused instanceof RateLimiterRes) return 0;',
    testFile: 'test/gateway/budget.test.ts',
    testName: 'never exceeds the rolling ten seconds, and uses nearly all of them',
  },
  {
    off: 'the batch: an override keeps its undo where the new reason is refused',
    file: 'server/flows/batchReview.ts',
    text: 'if (!answer.ok) throw new OverrideRefused(answer.sentence);',
    instead:
      "if (!answer.ok) return decisionOf(review, entryId, now, { verdict: 'refused', sentence: answer.sentence });",
    testFile: 'test/flows/batch.test.ts',
    testName: 'an override whose new reason is refused leaves the first rejection as it is',
  },
  {
    off: 'the batch: an override is decided on what the first rejection has written',
    file: 'server/flows/batchReview.ts',
    text: 'facts: factsWithout(found.facts, carriedOut, found.settings.routing.score),',
    instead: 'facts: found.facts,',
    testFile: 'test/flows/batch.test.ts',
    testName: 'an override is decided on what the record holds without the first rejection',
  },
  {
    off: 'undo: what it cannot take back is said',
    file: 'server/flows/drainPlans.ts',
    text: 'if (remains !== null)',
    instead: 'if (remains === undefined)',
    testFile: 'test/flows/undoDump.test.ts',
    testName: 'an unsubscribe and an enrolment stay, are named, and everything else is put back',
  },
  {
    off: 're-entry: not back to the rep who rejected it',
    file: 'src/pendingReason.ts',
    text: 'ownerId === null || ownerId !== notToOwnerId',
    instead: 'ownerId !== ""',
    testFile: 'test/flows/tracks.test.ts',
    testName: 'a lead that comes back is not the same rep’s, unless a person empties the property',
  },
  {
    off: 'signatures: version 2, which has no time, on every route',
    file: 'server/http/app.ts',
    text: "accept: readonly SignatureVersion[] = ['v3'],",
    instead: "accept: readonly SignatureVersion[] = ['v3', 'v2'],",
    testFile: 'test/http/workflowActions.test.ts',
    testName: 'version 2 is for workflow actions only',
  },
  {
    off: 'roles: everybody may change the settings',
    file: 'server/flows/saveSettings.ts',
    text: 'if (refusal !== null) return refusalAnswer(context, refusal);',
    instead: '',
    testFile: 'test/flows/settings.test.ts',
    testName: 'are saved as the next version, and whoever saves first is the admin from then on',
  },
  {
    off: 'settings: an older version on the screen is no obstacle',
    file: 'server/flows/saveSettings.ts',
    text: 'if (request.basedOnVersion !== before.version) return refuse(changedSince(before, now));\n    const settings',
    instead: 'if (request.basedOnVersion < 0) return refuse(changedSince(before, now));\n    const settings',
    testFile: 'test/flows/settings.test.ts',
    testName: 'that two admins save at once are saved once: the second is told who was first',
  },
  {
    off: 'disputes: everybody may decide',
    file: 'server/flows/decideDispute.ts',
    text: "const denied = mayDo('decide-dispute', userId, settings.roles, nameOf);",
    instead: 'const denied = null;',
    testFile: 'test/flows/disputes.test.ts',
    testName: 'only reviewers and admins dispute and decide, once there is an admin',
  },
  {
    off: 'definitions: one user may sign for both sides',
    file: 'src/definitions.ts',
    text: "if (draft[other] === userId) return { ok: false, refusal: { kind: 'signed-other-side' } };",
    instead: '',
    testFile: 'test/domain/settings.test.ts',
    testName: 'is refused to who has signed, to who signed the other side, and in another wording',
  },
  {
    off: 'the gate: cooling-off ends at once',
    file: 'src/gateRules.ts',
    text: 'return dayOf(now, timeZone) >= rejected.coolingUntil',
    instead: "return timeZone !== ''",
    testFile: 'test/domain/gate.test.ts',
    testName: 'names the date and the event that are still missing',
  },
  {
    off: 'the gate: what happened before the rejection counts as new',
    file: 'src/gateRules.ts',
    text: 'new Date(at).getTime() > new Date(than).getTime();',
    instead: "at !== '' && than !== '';",
    testFile: 'test/domain/gate.test.ts',
    testName: 'takes for a new signal, or not',
  },
  {
    off: 'the gate: a third attempt needs no review',
    file: 'src/gateRules.ts',
    text: 'if (attempt < settings.reviewAtAttempt) return null;',
    instead: 'if (attempt < Infinity) return null;',
    testFile: 'test/domain/gate.test.ts',
    testName: 'asks for a review only where nothing else is missing',
  },
  {
    off: 'the gate: the ICP lock is open',
    file: 'src/gateRules.ts',
    text: 'if (rejected.icpVersion === null) return null;',
    instead: 'if (rejected.icpVersion !== -1) return null;',
    testFile: 'test/domain/gate.test.ts',
    testName: 'opens the ICP lock, or not',
  },
  {
    off: 'the guard: what was so before the hand-off is judged',
    file: 'src/watch.ts',
    text: 'if (latest.at.getTime() <= watched.since.getTime()) return null;',
    instead: '',
    testFile: 'test/flows/paths.test.ts',
    testName: 'is none where the app itself wrote, where the person took it back, or where it was so before',
  },
  {
    off: 'the guard: a person is asked for each time',
    file: 'src/pendingReason.ts',
    text: 'if (!askedBefore) {',
    instead: 'if (askedBefore || !askedBefore) {',
    testFile: 'test/flows/paths.test.ts',
    testName: 'that comes again and again is held after two times, and nobody is asked twice',
  },
  {
    off: 'the SLA clock: who looked at the same moment gives the same alarm again',
    file: 'server/store/handOffClock.ts',
    text: 'and hand_off.next_at <= ${now} and hand_off.closed_at is null',
    instead: 'and hand_off.due_at is not null and hand_off.closed_at is null',
    testFile: 'test/flows/slaClock.test.ts',
    testName: 'warns the rep once, and tells rep and manager once when it is too late, also from two servers',
  },
  {
    off: 'the SLA clock: what was handed off before the app came is blamed too',
    file: 'src/handOff.ts',
    text: 'nextAt: openedAt.getTime() < runsSince.getTime() ? null : warnAt,',
    instead: 'nextAt: runsSince.getTime() < 0 ? null : warnAt,',
    testFile: 'test/flows/slaClock.test.ts',
    testName: 'from before the app came, or that marketing took back, alarms nobody',
  },
  {
    off: 'first contact: what sales did before the hand-off counts',
    file: 'src/firstContact.ts',
    text: 'isOurs && at >= openedAt && at <= now',
    instead: 'isOurs && openedAt <= now && at <= now',
    testFile: 'test/flows/slaClock.test.ts',
    testName: 'takes the first thing that sales did: no incoming call, nothing from before',
  },
  {
    off: 'roles: everybody may decide a review',
    file: 'server/flows/guardQueues.ts',
    text: 'if (denied !== null) return refusalAnswer(context, denied);',
    instead: '',
    testFile: 'test/flows/reentry.test.ts',
    testName: 'is handed to sales when a reviewer says so, once',
  },
  ...RULE_SWITCHES,
  ...FOLLOW_UP_SWITCHES,
];
