import { describe, expect, it } from '@jest/globals';

import type { RejectionCommand, Situation } from '../../src/rejection.ts';
import { decideAcceptance, decideRejection } from '../../src/rejection.ts';
import { planReentry } from '../../src/pendingReason.ts';
import { DEFAULT_SETTINGS, reasonsOfPreset, type Settings } from '../../src/settings.ts';
import { ROUTING_MODES, type RoutingMode } from '../../src/settingsLists.ts';
import { problemsOf } from '../../src/settingsProblems.ts';
import { standardRoute, type RoutingSettings, type Track } from '../../src/tracks.ts';
import { buildFacts, buildPortal, buildRejection, buildSituation, NOW } from './build.ts';

const ACTOR = { userId: 9, name: 'Mia', email: 'mia@example.com' };
const UNSUBSCRIBE = {
  subscriptionIds: ['7'],
  legalBasis: 'LEGITIMATE_INTEREST_OTHER',
  explanation: 'Asked for it',
} as const;

const settingsWith = (over: Partial<RoutingSettings>, mode?: RoutingMode): Settings => ({
  ...DEFAULT_SETTINGS,
  reasons: reasonsOfPreset('sales-feedback').map((reason) => ({
    ...reason,
    ...(mode !== undefined && { routingMode: mode }),
  })),
  routing: { ...DEFAULT_SETTINGS.routing, ...over },
});
const decide = (
  settings: Settings,
  command: Partial<RejectionCommand> = {},
  situation: Partial<Situation> = {},
) => {
  const asked = buildRejection({ reason: 'no_budget', actor: ACTOR, ...command });
  const result = decideRejection(asked, buildSituation({ settings, ...situation }), NOW);
  if (!result.ok) throw new Error(result.refusal.kind);
  return result.decision;
};
const withTrack = (track: Track, mode?: RoutingMode): Settings =>
  settingsWith({ routes: [{ ...standardRoute('no_budget'), track }] }, mode);
const SEQUENCE: Track = { kind: 'sequence', target: '44', value: 'Budget season' };
const PROPERTY: Track = { kind: 'property', target: 'nurture_track', value: 'budget' };

describe('the track of a reason', () => {
  it('is the app’s own list where nobody decided, and the customer’s own where named', () => {
    expect(decide(settingsWith({})).steps[2]?.change).toEqual({
      kind: 'add-to-list',
      listId: buildPortal().listIds.long_cycle,
      listName: 'MQL loop: long-cycle track',
    });
    const own = withTrack({ kind: 'list', target: '900', value: 'Budget 2027' });
    expect(decide(own).steps[2]?.change).toEqual({
      kind: 'add-to-list',
      listId: '900',
      listName: 'Budget 2027',
    });
  });

  it('is a value of a property that a workflow enrols on, instead of the list', () => {
    const { steps } = decide(withTrack(PROPERTY));
    expect(steps[2]).toMatchObject({
      held: false,
      change: { kind: 'set-properties', values: { nurture_track: 'budget' } },
    });
    expect(steps.some(({ change }) => change.kind === 'add-to-list')).toBe(false);
  });

  it('is a sequence sent as whoever rejected, which waits for the batch like all that cannot be taken back', () => {
    const [sequence] = decide(withTrack(SEQUENCE)).steps.filter(
      ({ change }) => change.kind === 'enrol-in-sequence',
    );
    expect(sequence).toMatchObject({
      held: true,
      change: {
        sequenceId: '44',
        userId: 9,
        senderEmail: 'mia@example.com',
        fallback: { listName: 'MQL loop: long-cycle track' },
      },
    });
  });

  it.each([
    { who: 'a workflow', actor: { userId: null, name: 'Nightly' } },
    { who: 'a user without an address', actor: { userId: 9, name: 'Mia', email: null } },
  ])('is the list where $who rejected: a sequence needs a sender', ({ actor }) => {
    const { steps } = decide(withTrack(SEQUENCE), { actor });
    expect(steps[2]?.change.kind).toBe('add-to-list');
  });

  it.each<{ over: Partial<RoutingSettings>; field: string; says: string }>([
    {
      over: { routes: [{ ...standardRoute('other'), track: { ...PROPERTY, target: 'weekly_newsletter' } }] },
      field: 'routing.routes[0].target',
      says: 'general newsletter',
    },
    {
      over: {
        routes: [
          { ...standardRoute('other'), track: { kind: 'list', target: '8', value: 'Our News-Letter' } },
        ],
      },
      field: 'routing.routes[0].target',
      says: '“Our News-Letter” looks like a general newsletter',
    },
    {
      over: { routes: [{ ...standardRoute('other'), track: { ...PROPERTY, target: 'lifecyclestage' } }] },
      field: 'routing.routes[0].target',
      says: 'written by the app itself',
    },
    {
      over: { routes: [{ ...standardRoute('other'), track: { ...PROPERTY, target: 'Nurture Track' } }] },
      field: 'routing.routes[0].target',
      says: 'small letters',
    },
    {
      over: { routes: [{ ...standardRoute('other'), track: { ...PROPERTY, value: '' } }] },
      field: 'routing.routes[0].value',
      says: 'which value',
    },
    {
      over: { routes: [{ ...standardRoute('other'), track: { ...SEQUENCE, target: 'x' } }] },
      field: 'routing.routes[0].target',
      says: 'sequence is a number',
    },
    {
      over: { routes: [standardRoute('other'), standardRoute('other')] },
      field: 'routing.routes[1]',
      says: 'two tracks',
    },
    {
      over: { score: { ...DEFAULT_SETTINGS.routing.score, behaviour: 'hubspotscore' } },
      field: 'routing.score.behaviour',
      says: 'calculated by HubSpot',
    },
    {
      over: { score: { ...DEFAULT_SETTINGS.routing.score, fit: 'mqlr_score_behaviour' } },
      field: 'routing.score.fit',
      says: 'named twice',
    },
    {
      over: { score: { ...DEFAULT_SETTINGS.routing.score, decayShare: 0 } },
      field: 'routing.score.decayShare',
      says: '1 to 100 %',
    },
    {
      over: { unsubscribe: { ...UNSUBSCRIBE, explanation: ' ' } },
      field: 'routing.unsubscribe.explanation',
      says: 'Write why',
    },
    {
      over: { unsubscribe: { ...UNSUBSCRIBE, subscriptionIds: ['x'] } },
      field: 'routing.unsubscribe.subscriptionIds',
      says: 'numbers',
    },
  ])('is refused beside its field: $says', ({ over, field, says }) => {
    const problems = problemsOf(settingsWith(over), null, ['routing']);
    expect(problems).toEqual([{ field, sentence: expect.stringContaining(says) }]);
  });
});

describe('around the track', () => {
  it('the record tells who rejected, which campaign, and as from whom the budget track is sent', () => {
    expect(decide(settingsWith({})).steps[0]?.change).toMatchObject({
      values: {
        mqlr_not_to_owner: '77',
        mqlr_campaign_flag: 'ops-webinar: no_budget',
        mqlr_sender: 'mia@example.com',
      },
    });
    const off = settingsWith({ notBackToSameRep: false, flagCampaign: false });
    expect(decide(off, { reason: 'wrong_solution' }).steps[0]?.change).toMatchObject({
      values: { mqlr_not_to_owner: '', mqlr_campaign_flag: '', mqlr_sender: '' },
    });
  });

  it('whoever rejected is the owner whose turn it was, where the portal knows them', () => {
    const portal = buildPortal({ ownerIds: { '9': '88' } });
    const { steps } = decide(settingsWith({}), {}, { portal });
    expect(steps[0]?.change).toMatchObject({ values: { mqlr_not_to_owner: '88' } });
    expect(steps.at(-1)?.change).toMatchObject({ values: { mqlr_credit_owner: '88' } });
  });

  it.each(ROUTING_MODES)('the turn comes back with the final status, $mode', ({ mode }) => {
    const { steps } = decide(settingsWith({}, mode));
    expect(steps.at(-1)).toMatchObject({
      held: mode !== 'immediate',
      change: { values: { mqlr_status: 'rejected', mqlr_credit_owner: '77' } },
    });
    const off = decide(settingsWith({ creditOwner: false }, mode)).steps.at(-1)?.change;
    expect(off).not.toHaveProperty('values.mqlr_credit_owner');
  });

  it('the rep’s open work is cleaned up only where the lead leaves sales, has an owner, and the customer wants it', () => {
    const kinds = (...args: Parameters<typeof decide>) =>
      decide(...args)
        .steps.map(({ change }) => change.kind)
        .filter((kind) => kind === 'close-tasks' || kind === 'cancel-meetings');
    expect(kinds(settingsWith({}))).toEqual(['close-tasks', 'cancel-meetings']);
    expect(kinds(settingsWith({ closeTasks: false }))).toEqual(['cancel-meetings']);
    expect(kinds(settingsWith({ cancelMeetings: false }))).toEqual(['close-tasks']);
    expect(kinds(settingsWith({}), {}, { facts: buildFacts({ ownerId: null }) })).toEqual([]);
    expect(kinds(settingsWith({}), { reason: 'wrong_contact' })).toEqual([]);
  });

  it('an acceptance lets the lead be its rep’s again', () => {
    const decided = decideAcceptance({ path: 'card', actor: ACTOR }, buildSituation(), NOW);
    expect(decided).toMatchObject({
      decision: { steps: [{ change: { values: { mqlr_not_to_owner: '' } } }] },
    });
  });

  it('a lead that comes back is taken off the rep who rejected it, unless a person or the settings say otherwise', () => {
    const owners = (facts: { ownerId: string; notToOwnerId: string | null }, settings = settingsWith({})) =>
      planReentry({ facts: buildFacts(facts), settings, portal: buildPortal() }, 2, NOW).filter(
        ({ change }) => change.kind === 'set-owner',
      );
    expect(owners({ ownerId: '77', notToOwnerId: '77' })).toMatchObject([
      { change: { ownerId: '' }, expected: { hubspot_owner_id: '77' } },
    ]);
    expect(owners({ ownerId: '78', notToOwnerId: '77' })).toEqual([]);
    expect(owners({ ownerId: '77', notToOwnerId: null })).toEqual([]);
    expect(owners({ ownerId: '77', notToOwnerId: '77' }, settingsWith({ notBackToSameRep: false }))).toEqual(
      [],
    );
  });
});

describe('somebody who is not interested', () => {
  const ready = settingsWith({ unsubscribe: UNSUBSCRIBE });

  it('and wants no more e-mail is unsubscribed with the legal basis, after the batch, and begins no track', () => {
    const decision = decide(ready, { reason: 'not_interested', unsubscribe: true });
    expect(decision.disposition).toBe('unsubscribe');
    expect(decision.next).toContain('never undone by itself');
    expect(decision.nurtureUntil).toBeNull();
    expect(decision.steps.filter(({ change }) => change.kind === 'unsubscribe')).toMatchObject([
      { held: true, change: UNSUBSCRIBE },
    ]);
    expect(decision.steps[2]?.change).toMatchObject({ listName: 'MQL loop: disqualified leads' });
    expect(decision.steps.some(({ change }) => change.kind === 'create-task')).toBe(false);
  });

  it('and still wants e-mail goes to the right-solution track, with a task to verify the interest', () => {
    const { disposition, steps } = decide(ready, { reason: 'not_interested', unsubscribe: false });
    expect(disposition).toBe('recycle');
    expect(steps[2]?.change).toMatchObject({ listName: 'MQL loop: right-solution track' });
    expect(steps.find(({ change }) => change.kind === 'create-task')?.change).toMatchObject({
      task: { subject: 'Verify the interest: Ada Lovelace' },
    });
  });

  it('is asked by a task where the rep did not say', () => {
    const { steps } = decide(ready, { reason: 'not_interested' });
    expect(steps.find(({ change }) => change.kind === 'create-task')?.change).toMatchObject({
      task: { subject: 'Ask about unsubscribing: Ada Lovelace' },
    });
  });

  it('is not unsubscribed before an admin has named subscriptions, basis and explanation', () => {
    const asked = buildRejection({ reason: 'not_interested', unsubscribe: true });
    expect(decideRejection(asked, buildSituation({ settings: settingsWith({}) }), NOW)).toMatchObject({
      ok: false,
      refusal: { kind: 'unsubscribe-not-set-up' },
    });
  });

  it('is asked about with that reason alone', () => {
    const { disposition } = decide(ready, { reason: 'no_budget', unsubscribe: true });
    expect(disposition).toBe('recycle');
  });
});
