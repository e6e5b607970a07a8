import { describe, expect, it } from '@jest/globals';
import type { FirstContact } from '../../src/firstContact.ts';
import { handOffInForce, handOffLine, jobLevelOf, planAcknowledgement } from '../../src/handOff.ts';
import { REASONS, type ReasonCode } from '../../src/reasons.ts';
import { decideRejection } from '../../src/rejection.ts';
import { classOf } from '../../src/rejectionClass.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { buildFacts, buildPortal, buildRejection, buildSituation } from './build.ts';

// A Tuesday in Berlin: handed off at nine, due at eleven.
const OPENED = new Date('2026-11-24T08:00:00Z');
const DUE = new Date('2026-11-24T10:00:00Z');
const NOW = new Date('2026-11-24T15:00:00Z');

const contact = (time: string, over: Partial<FirstContact> = {}): FirstContact => ({
  kind: 'call',
  at: new Date(`2026-11-24T${time}:00Z`),
  isFirst: true,
  ...over,
});
const signed = (signedAt: string | null): Settings => ({
  ...DEFAULT_SETTINGS,
  icp: { ...DEFAULT_SETTINGS.icp, version: 3, signedAt },
});
const IN_FORCE = signed('2026-06-01T08:00:00Z');

const classed = (
  code: ReasonCode,
  firstContact: FirstContact | null,
  settings: Settings = IN_FORCE,
  now = NOW,
) =>
  classOf(
    {
      reason: { code, label: code },
      handOff: { openedAt: OPENED, dueAt: DUE, firstContact },
      settings,
      portal: { timeZone: 'Europe/Berlin' },
    },
    now,
  );

describe('the class of a rejection', () => {
  it.each([
    // Who the lead is: measured by criteria that hold, or by such that do not.
    { code: 'not_icp', contact: contact('09:00'), settings: IN_FORCE, is: 'unqualified', because: 'ICP v3' },
    { code: 'not_icp', contact: null, settings: IN_FORCE, is: 'unqualified', because: 'in force' },
    {
      code: 'not_icp',
      contact: null,
      settings: signed(null),
      is: 'stale_criteria',
      because: 'not signed yet',
    },
    {
      code: 'not_icp',
      contact: contact('09:00'),
      settings: signed('2025-06-01T08:00:00Z'),
      is: 'stale_criteria',
      because: 'older than a year',
    },
    {
      code: 'wrong_contact',
      contact: contact('09:00'),
      settings: signed('2026-11-24T12:00:00Z'),
      is: 'stale_criteria',
      because: 'handed off before ICP v3 took force on 24 Nov 2026, 13:00',
    },
    // The rep says that it came too early: no call would have been early enough.
    { code: 'too_early', contact: null, settings: IN_FORCE, is: 'early', because: 'before its time' },
    {
      code: 'too_early',
      contact: contact('14:00'),
      settings: IN_FORCE,
      is: 'early',
      because: 'before its time',
    },
    // Timing, where sales was in time; where it was not, nobody knows.
    { code: 'no_budget', contact: contact('09:30'), settings: IN_FORCE, is: 'early', because: 'was in time' },
    {
      code: 'no_budget',
      contact: contact('13:20'),
      settings: IN_FORCE,
      is: 'slow_response',
      because: 'First contact on 24 Nov 2026, 14:20, after 5 h 20 min of working time; 2 h were agreed.',
    },
    {
      code: 'bad_timing',
      contact: null,
      settings: IN_FORCE,
      is: 'slow_response',
      because: 'No contact was made; it was due by 24 Nov 2026, 11:00',
    },
    // Interest that a late call loses.
    {
      code: 'not_interested',
      contact: contact('09:30'),
      settings: IN_FORCE,
      is: 'unqualified',
      because: 'in time',
    },
    {
      code: 'unreachable',
      contact: contact('14:00'),
      settings: IN_FORCE,
      is: 'slow_response',
      because: '6 h',
    },
    // Of several contacts HubSpot keeps the last: that is no proof of a late first one.
    {
      code: 'too_late',
      contact: contact('14:00', { kind: 'logged', isFirst: false }),
      settings: IN_FORCE,
      is: 'unqualified',
      because: 'only the last is known',
    },
    // What the record is does not depend on anybody's call.
    { code: 'bad_data', contact: null, settings: IN_FORCE, is: 'unqualified', because: 'nothing to do' },
  ] as const)('of $code is $is: $because', ({ code, contact: first, settings, is, because }) => {
    const found = classed(code, first, settings);
    expect(found.class).toBe(is);
    expect(found.because).toContain(because);
  });

  it('is no slow response before the first contact is due', () => {
    expect(classed('no_budget', null, IN_FORCE, new Date('2026-11-24T09:59:00Z')).class).toBe('early');
  });

  it.each(REASONS.map(({ code }) => code))('of %s is one of the four, with a sentence', (code) => {
    expect(classed(code, null).because).toMatch(/\.$/);
  });

  it('is a part of the decision and of what is written on the record', () => {
    const facts = buildFacts({ handedOffAt: OPENED.toISOString(), lastContactedAt: null });
    const decided = decideRejection(
      buildRejection({ reason: 'low_intent' }),
      buildSituation({ facts, settings: IN_FORCE }),
      NOW,
    );
    if (!decided.ok) throw new Error('refused');
    expect(decided.decision.classed).toMatchObject({ class: 'slow_response' });
    expect(decided.decision.steps[0]?.change).toMatchObject({ values: { mqlr_class: 'slow_response' } });
  });
});

describe('a hand-off', () => {
  const around = { facts: buildFacts(), settings: DEFAULT_SETTINGS, portal: buildPortal() };

  it.each([
    { first: null, now: new Date('2026-11-24T09:00:00Z'), says: 'First contact due by 24 Nov 2026, 11:00' },
    { first: null, now: NOW, says: 'No first contact; it was due by 24 Nov 2026, 11:00' },
    {
      first: contact('09:10'),
      now: NOW,
      says: 'Contacted by call on 24 Nov 2026, 10:10, after 1 h 10 min of working time',
    },
    { first: contact('11:00'), now: NOW, says: 'after 3 h of working time: late' },
    { first: contact('12:00', { kind: 'logged', isFirst: false }), now: NOW, says: 'Contacted, last on' },
  ])('tells the rep: $says', ({ first, now, says }) => {
    const line = handOffLine(
      { openedAt: OPENED, dueAt: DUE, firstContact: first },
      around.settings,
      around.portal,
      now,
    );
    expect(line).toContain(says);
  });

  it('that is kept goes before what the facts say, and another attempt’s does not', () => {
    const kept = { handOffId: 'h', attempt: 1, openedAt: OPENED, dueAt: DUE, firstContact: contact('09:00') };
    expect(handOffInForce(kept, around, 1, NOW)).toMatchObject({
      openedAt: OPENED,
      firstContact: { kind: 'call' },
    });
    expect(handOffInForce(kept, around, 2, NOW)).toMatchObject({
      openedAt: new Date('2026-11-22T08:48:00Z'),
      firstContact: null,
    });
  });

  it.each([
    ['Vice President Sales', 'vp'],
    ['CEO & Founder', 'c_level'],
    ['Head of Marketing', 'director'],
    ['Product Manager', 'manager'],
    ['Student', 'junior'],
    ['Engineer', 'individual'],
    [null, 'unknown'],
  ])('knows the level of “%s” as %s', (title, level) => {
    expect(jobLevelOf(title)).toBe(level);
  });

  it('marks the record, and takes the mark of the attempt before off first', () => {
    const handOff = {
      ...DEFAULT_SETTINGS.handOff,
      acknowledgement: { kind: 'property', property: 'booking_mail', value: 'send' },
    } as const;
    const valuesOf = (attempt: number) =>
      planAcknowledgement({ handOff }, attempt, NOW).map(
        ({ change }) => change.kind === 'set-properties' && change.values,
      );
    expect(valuesOf(1)).toEqual([{ booking_mail: 'send' }]);
    expect(valuesOf(2)).toEqual([{ booking_mail: '' }, { booking_mail: 'send' }]);
    expect(planAcknowledgement(DEFAULT_SETTINGS, 1, NOW)).toEqual([]);
  });
});
