/** The rules of gate, guard and roles, each with the edit that takes it out. */

import { GATE_RULES } from '../src/gateRules.ts';
import { ROLE_ACTIONS, type RoleAction } from '../src/roles.ts';
import { rows } from './switchRows.ts';
import type { Switch } from './switches.ts';

const GATE_TABLE = {
  file: 'src/gate.ts',
  testFile: 'test/domain/gateTable.test.ts',
} as const;
const gate = rows(
  'gate rule',
  GATE_TABLE,
  Object.keys(GATE_RULES).map((rule) => ({
    off: `${rule} is not asked`,
    text: 'return finding === null ? []',
    instead: `return finding === null || rule === '${rule}' ? []`,
    testName: 'the gate, for each combination of what its rules find',
  })),
);

const SIGNALS = ['demoRequest', 'pricingVisit', 'scoreGain'] as const;
const signals = rows('gate rule', { file: 'src/gateRules.ts', testFile: 'test/domain/gate.test.ts' }, [
  ...SIGNALS.map((signal) => ({
    off: `${signal} is no new signal`,
    text: `of [${SIGNALS.join(', ')}])`,
    instead: `of [${SIGNALS.filter((other) => other !== signal).join(', ')}])`,
    testName: 'takes for a new signal, or not',
  })),
  {
    off: 'a visit needs no gap before it',
    text: 'if (gapSince !== null && addDays(gapSince, settings.visitGapDays) > dayOf(new Date(at), timeZone))',
    instead: "if (gapSince === '')",
    testName: 'takes for a new signal, or not',
  },
  {
    off: 'points need no activity',
    text: 'if (earnedAt == null) return null;',
    instead: "if (earnedAt == null) return holds('points', rejected.at);",
    testName: 'takes for a new signal, or not',
  },
  {
    off: 'a review of before the rejection counts',
    text: 'return reviewedAt !== null && reviewedAt > rejected.at',
    instead: "return reviewedAt !== null && reviewedAt > ''",
    testName: 'the review says',
  },
]);
const completed = rows('gate rule', { file: 'src/gateRules.ts', testFile: 'test/flows/enrichment.test.ts' }, [
  {
    off: 'complete data is no new signal',
    text: "if (asked.rejected.reason === 'bad_data' && asked.completedAt !== null)",
    instead: "if (asked.rejected.reason === 'bad_data' && asked.completedAt === '')",
    testName: 'comes back after its cooling-off without another signal',
  },
]);

const WATCH = { file: 'src/watch.ts', testFile: 'test/domain/watch.test.ts' } as const;
const watch = rows('guard rule', WATCH, [
  {
    off: 'the app finds its own writes',
    text: 'latest === undefined || latest.isOurs ||',
    instead: 'latest === undefined || latest.at === null ||',
    testName: 'finds nothing in',
  },
  {
    off: 'what was taken back by hand is found',
    text: '|| latest.value !== place.value) return null;',
    instead: '|| latest.value === undefined) return null;',
    testName: 'finds nothing in',
  },
  {
    off: 'the moment from which it judges is not asked',
    text: 'if (latest.at.getTime() <= watched.since.getTime()) return null;',
    instead: '',
    testName: 'finds nothing in',
  },
  {
    off: 'a lead that is not with sales is judged',
    text: 'if (!canBeAnswered(facts, settings)) return null;',
    instead: '',
    testName: 'finds nothing in',
  },
  {
    off: 'the same change is found again',
    text: 'if (pending !== null && first.at.getTime() === pending.changedAt.getTime()) return null;',
    instead: '',
    testName: 'finds nothing in',
  },
  {
    off: 'any reason that was ever given counts',
    text: 'version.at.getTime() >= earliest;',
    instead: 'version.at.getTime() >= 0;',
    testName: 'a reason given',
  },
  {
    off: 'a reason that the app wrote counts',
    text: '!version.isOurs && version.value',
    instead: 'version.sourceType !== null && version.value',
    testName: 'a reason given',
  },
  {
    off: 'a reason that is not used here counts',
    text: 'settings.reasons.find(({ code }) => code === value);\n  return active === undefined ?',
    instead: 'settings.reasons[0];\n  return active === undefined ?',
    testName: 'a reason given',
  },
  {
    off: 'a reason that comes later completes nothing',
    text: 'if (pending !== null) {',
    instead: 'if (pending !== null && standing !== null) {',
    testName: 'completes with a reason that comes later',
  },
  {
    off: 'a board is not watched',
    text: '...facts.leads.map((lead) => stageChange(watched, lead)),',
    instead: '',
    testName: 'finds a stage on the board',
  },
  {
    off: 'a lead that comes back is not found',
    text: "if (standing?.kind === 'rejection') return reentryOf(watched);",
    instead: "if (standing?.kind === 'rejection') return null;",
    testName: 'finds that a rejected lead was made an MQL',
  },
  {
    off: 'an acceptance is found again although one stands',
    text: 'if (watched.standing !== null) return null;',
    instead: '',
    testName: 'finds an acceptance in a status that means it',
  },
]);

const PLAN = { file: 'src/pendingReason.ts', testFile: 'test/domain/watch.test.ts' } as const;
const EVERY_PLACE = 'is put back in every place where it was made';
const pending = rows('guard rule', PLAN, [
  {
    off: 'the status is not put back',
    text: "{ kind: 'set-properties', values: { hs_lead_status: before } },",
    instead: "{ kind: 'set-properties', values: { hs_lead_status: value } },",
    testName: EVERY_PLACE,
  },
  {
    off: 'the stage is not put back',
    text: "{ kind: 'move-lead', leadId, stageId: before,",
    instead: "{ kind: 'move-lead', leadId, stageId: value,",
    testName: EVERY_PLACE,
  },
  {
    off: 'one of several places is put back',
    text: '[finding, ...finding.also].map',
    instead: '[finding].map',
    testName: EVERY_PLACE,
  },
  {
    off: 'what somebody changed meanwhile is put back over it',
    text: 'now, {\n      hs_lead_status: value,\n    });',
    instead: 'now, {} as Record<string, string>);',
    testName: EVERY_PLACE,
  },
  {
    off: 'nothing is held',
    text: "if (settings.guard.mode === 'hold')\n",
    instead: 'if (settings.guard.managerAfterDays < 0)\n',
    testName: 'is held under a name of its own',
  },
  {
    off: 'the owner is asked instead of whoever did it',
    text: 'ownerId: owner ?? facts.ownerId ??',
    instead: 'ownerId: facts.ownerId ?? owner ??',
    testName: 'asks whoever did it, once',
  },
  {
    off: 'a person is asked again',
    text: 'if (!askedBefore) {',
    instead: 'if (askedBefore || !askedBefore) {',
    testName: 'asks whoever did it, once',
  },
  {
    off: 'a lead that came back too early stays',
    text: 'return [...moved.map((one) => takenBack(one, portal, now)), note];',
    instead: 'return [...moved.slice(0, 0).map((one) => takenBack(one, portal, now)), note];',
    testName: 'goes back to the stage that it came from',
  },
]);

const PATHS = 'test/flows/paths.test.ts';
const judged = [
  ...rows('guard rule', { file: 'server/flows/guardRecords.ts', testFile: PATHS }, [
    {
      off: 'what was so before the hand-off is judged',
      text: 'gathered.standing === null ? handedOff : 0',
      instead: 'gathered.standing === null ? Math.min(handedOff, 0) : 0',
      testName: 'is none where the app itself wrote',
    },
    {
      off: 'what was so before the app came is judged',
      text: 'Math.max(servedSince.getTime(), answered',
      instead: 'Math.max(servedSince.getTime() * 0, answered',
      testName: 'is none where sales has answered since, and from before the app came',
    },
    {
      off: 'what was so before the last answer is judged',
      text: 'answered?.getTime() ?? 0);',
      instead: '(answered?.getTime() ?? 0) * 0);',
      testName: 'is none where sales has answered since, and from before the app came',
    },
    {
      off: 'it is put back for ever',
      text: 'recent >= PUT_BACKS_A_DAY ?',
      instead: 'recent >= PUT_BACKS_A_DAY * 100 ?',
      testName: 'that comes again and again is held after two times, and nobody is asked twice',
    },
    {
      off: 'a valid reason completes nothing',
      text: "judged.reason.state === 'valid') return judged;",
      instead: "judged.reason.state === 'valid') return null;",
      testName: 'is a rejection like any other, by its path',
    },
  ]),
  ...rows('guard rule', { file: 'server/store/findings.ts', testFile: PATHS }, [
    {
      off: 'the manager is told each minute',
      text: 'and manager_told_at is null and found_at <= ${before}',
      instead: 'and found_at is not null and found_at <= ${before}',
      testName: 'is told to a manager after some days, once',
    },
    {
      off: 'the manager is told at once',
      text: 'manager_told_at is null and found_at <= ${before}',
      instead: 'manager_told_at is null and ${before}::timestamptz is not null',
      testName: 'is told to a manager after some days, once',
    },
  ]),
];

/** A check of a flow that is left out: who asks whom stands in the domain's test. */
const may = 'if (lists.some((list) => roles[list].includes(userId))) return null;';
const actions = Object.keys(ROLE_ACTIONS) as RoleAction[];
const roles = [
  ...rows('role', { file: 'src/roles.ts', testFile: 'test/domain/roles.test.ts' }, [
    ...actions.map((action) => ({
      off: `everybody may ${ROLE_ACTIONS[action].words}`,
      text: may,
      instead: `if (action === '${action}' || lists.some((list) => roles[list].includes(userId))) return null;`,
      testName: 'and nobody else',
    })),
    ...actions.flatMap((action) =>
      ROLE_ACTIONS[action].lists.map((list) => ({
        off: `${list} may not ${ROLE_ACTIONS[action].words}`,
        text: may,
        instead: `if (lists.some((list) => !(action === '${action}' && list === '${list}') && roles[list].includes(userId))) return null;`,
        testName: 'and nobody else',
      })),
    ),
    {
      off: 'anybody signs before an admin is named',
      text: 'if (openBeforeSetup && hasNoAdmin(roles)) return null;',
      instead: 'if ((openBeforeSetup || words !== "") && hasNoAdmin(roles)) return null;',
      testName: 'before an admin is named, is open unless it is a signature',
    },
  ]),
  ...rows('role', { file: 'server/flows/batchReview.ts', testFile: 'test/flows/batch.test.ts' }, [
    {
      off: 'the batch asks nobody who they are',
      text: 'if (denied !== null) return refusalAnswer(context, denied);',
      instead: '',
      testName: 'is decided by reviewers and admins alone, once there is an admin',
    },
  ]),
  ...rows('role', { file: 'server/flows/saveSettings.ts', testFile: 'test/flows/settings.test.ts' }, [
    {
      off: 'a signature needs no signer',
      text: "const action = request.side === 'sales' ? 'sign-sales' : 'sign-marketing';",
      instead: "const action = request.side === 'sales' ? 'draft-definition' : 'draft-definition';",
      testName: 'are signed by those who are named for it',
    },
  ]),
  ...rows('role', { file: 'server/flows/decideDispute.ts', testFile: 'test/flows/disputes.test.ts' }, [
    {
      off: 'anybody puts a rejection before the review',
      text: 'if (denied !== null) return refusalAnswer(context, denied);\n    const open',
      instead: 'if (denied === undefined) return refusalAnswer(context, denied);\n    const open',
      testName: 'only reviewers and admins dispute and decide, once there is an admin',
    },
  ]),
];

export const RULE_SWITCHES: readonly Switch[] = [
  ...gate,
  ...signals,
  ...completed,
  ...watch,
  ...pending,
  ...judged,
  ...roles,
];
