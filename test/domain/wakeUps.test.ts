/** When a rejected lead is looked at again, rule by rule. What then happens on the record is in flows/wakeUps. */

import { describe, expect, it } from '@jest/globals';
import type { GateProof } from '../../src/gate.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { decideLook, firstWakeUp, nextWakeUp, type WakeUpKind } from '../../src/wakeUps.ts';
import type { NextEvent } from '../../src/events.ts';
import type { Disposition } from '../../src/reasons.ts';

const settings = { gate: DEFAULT_SETTINGS.gate, followUp: DEFAULT_SETTINGS.followUp };
const COOLING = '2026-12-22';
const renewal = (on: string): NextEvent => ({ kind: 'renewal', on });
const confirmed = (on: string): NextEvent => ({ kind: 'note', on });

describe('the first look after a rejection on 22 Nov 2026', () => {
  it.each<[string, Disposition, NextEvent | null, WakeUpKind, string]>([
    ['when cooling-off is over', 'recycle', null, 'cooling_over', COOLING],
    ['thirty days before a date of the record', 'recycle', renewal('2027-03-31'), 'event', '2027-03-01'],
    ['at the end of cooling-off where that is later', 'recycle', renewal('2027-01-05'), 'event', COOLING],
    ['not for a date inside cooling-off', 'recycle', renewal('2026-12-10'), 'cooling_over', COOLING],
    [
      'not for the record’s date of a lead out of nurture',
      'disqualify',
      renewal('2027-03-31'),
      'cooling_over',
      COOLING,
    ],
    [
      'for any lead’s date that a person confirmed',
      'disqualify',
      confirmed('2027-03-31'),
      'event',
      '2027-03-01',
    ],
  ])('is %s (%s)', (_when, disposition, event, kind, on) => {
    expect(firstWakeUp({ disposition, coolingUntil: COOLING, event, settings }, '2026-11-22')).toEqual({
      kind,
      on,
    });
  });
});

describe('the look after one that brought nothing', () => {
  const next = (
    today: string,
    looked: WakeUpKind,
    disposition: Disposition,
    event: NextEvent | null = null,
  ) =>
    nextWakeUp(
      { disposition, coolingUntil: COOLING, event, settings, rejectedOn: '2026-11-22', looked },
      today,
    );

  it('is after sixty days for a recycled lead, then each quarter', () => {
    expect(next(COOLING, 'cooling_over', 'recycle')).toEqual({ kind: 'requalification', on: '2027-01-21' });
    expect(next('2027-01-21', 'requalification', 'recycle')).toEqual({ kind: 'slow_lane', on: '2027-04-21' });
  });

  it('is each quarter for all others', () => {
    expect(next(COOLING, 'cooling_over', 'disqualify')).toEqual({ kind: 'slow_lane', on: '2027-03-22' });
  });

  it('is before a date of its own, and that once', () => {
    const event = renewal('2027-03-31');
    expect(next(COOLING, 'cooling_over', 'recycle', event)).toEqual({ kind: 'event', on: '2027-03-01' });
    expect(next('2027-03-01', 'event', 'recycle', event)).toEqual({ kind: 'slow_lane', on: '2027-05-30' });
  });

  it('is never before cooling-off is over', () => {
    expect(next('2026-12-01', 'event', 'recycle')).toEqual({ kind: 'cooling_over', on: COOLING });
  });
});

describe('what a look finds', () => {
  const NOW = new Date('2026-12-22T08:00:00Z');
  const look = (verdict: GateProof['verdict'], disposition: Disposition, wasReady = false) => {
    const proof: GateProof = {
      verdict,
      sentence: 'May come back.',
      earliestOn: null,
      rules: [],
      scoreFault: false,
      at: NOW.toISOString(),
    };
    const { outcome, steps } = decideLook(
      {
        disposition,
        coolingUntil: COOLING,
        event: null,
        settings,
        rejectedOn: '2026-11-22',
        looked: 'cooling_over',
        queueLabel: 'With the account owner',
        proof,
        wasReady,
        timeZone: 'Europe/Berlin',
      },
      NOW,
    );
    return { outcome, kinds: steps.map(({ change }) => change.kind) };
  };

  it('is ready where every rule holds, with the proof in one note', () => {
    expect(look('passed', 'recycle')).toEqual({ outcome: 'ready', kinds: ['set-properties', 'create-note'] });
    expect(look('passed', 'recycle', true)).toEqual({ outcome: 'ready', kinds: ['set-properties'] });
  });

  it.each<[GateProof['verdict'], Disposition, string]>([
    ['review', 'recycle', 'review'],
    ['blocked', 'recycle', 'blocked'],
    ['passed', 'relate', 'blocked'],
    ['passed', 'unsubscribe', 'blocked'],
    ['review', 'relate', 'blocked'],
  ])('where the gate says %s of a lead that was routed to %s is %s', (verdict, disposition, outcome) => {
    expect(look(verdict, disposition).outcome).toBe(outcome);
  });
});
