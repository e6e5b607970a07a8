import { expect, it } from '@jest/globals';
import { leavingTracks } from '../../src/relate.ts';
import { DESTINATIONS } from '../../src/reasons.ts';
import { buildPortal } from './build.ts';

const PORTAL = buildPortal();

it('a related lead that was in nurture leaves every track, and no queue', () => {
  const tracks = DESTINATIONS.filter(({ kind }) => kind === 'track').map(({ key }) => PORTAL.listIds[key]);
  const left = leavingTracks({ portal: PORTAL, attempt: 2 }, 'relate');
  expect(left.map((change) => (change.kind === 'remove-from-list' ? change.listId : null))).toEqual(tracks);
  expect(leavingTracks({ portal: PORTAL, attempt: 1 }, 'relate')).toEqual([]);
  expect(leavingTracks({ portal: PORTAL, attempt: 2 }, 'recycle')).toEqual([]);
});
