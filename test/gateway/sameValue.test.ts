import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameValue } from '../../server/hubspot/guard.ts';

describe('two property values', () => {
  it.each([
    { a: '2026-11-22T10:00:00.000Z', b: '2026-11-22T10:00:00Z', same: true },
    { a: '2026-11-22T10:00:00Z', b: '1795341600000', same: true },
    { a: '2026-11-22T11:00:00+01:00', b: '2026-11-22T10:00:00Z', same: true },
    { a: '2026-11-22', b: '2026-11-22T00:00:00Z', same: true },
    { a: '2026-11-22', b: '2026-11-23', same: false },
    { a: '1', b: '1.0', same: true },
    { a: '1', b: '', same: false },
    { a: '', b: '', same: true },
    { a: 'NEW', b: 'new', same: false },
    { a: '2026', b: '2026-01-01', same: false },
  ])('“$a” and “$b” say the same: $same', ({ a, b, same }) => {
    expect([sameValue(a, b), sameValue(b, a)]).toEqual([same, same]);
  });

  it('are the same as themselves, and nothing but the empty value is the same as it', () => {
    fc.assert(
      fc.property(fc.string(), (value) => sameValue(value, value) && sameValue(value, '') === (value === '')),
    );
  });

  it('are the same for every spelling of an instant', () => {
    const anyInstant = fc.date({
      min: new Date('2001-09-10'),
      max: new Date('2100-01-01'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(anyInstant, (at) => sameValue(at.toISOString(), String(at.getTime()))));
  });
});
