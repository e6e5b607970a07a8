import { describe, expect, it } from '@jest/globals';

import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { problemsOf } from '../../src/settingsProblems.ts';
import { standardRoute } from '../../src/tracks.ts';

/** Each section in which a property that the app writes can be named, with that name in it. */
const SECTIONS: Readonly<Record<string, (property: string) => Partial<Settings>>> = {
  handOff: (property) => ({
    handOff: { ...DEFAULT_SETTINGS.handOff, acknowledgement: { kind: 'property', property, value: 'x' } },
  }),
  routing: (property) => ({
    routing: {
      ...DEFAULT_SETTINGS.routing,
      routes: [
        { ...standardRoute('other'), track: { kind: 'property', target: property, value: 'x' } },
      ] as Settings['routing']['routes'],
    },
  }),
  followUp: (property) => ({
    followUp: { ...DEFAULT_SETTINGS.followUp, enrichVia: 'property', enrichTarget: `${property}=x` },
  }),
};

describe.each(Object.keys(SECTIONS))('in the section %s', (section) => {
  const problems = (property: string) =>
    problemsOf({ ...DEFAULT_SETTINGS, ...SECTIONS[section]?.(property) }).map(({ sentence }) => sentence);

  it.each(['lifecyclestage', 'hs_lead_status', 'hubspot_owner_id', 'email', 'mqlr_reason'])(
    '%s cannot be named to be written: the answers write it',
    (property) => {
      expect(problems(property)).toEqual([expect.stringMatching(/written by the app itself/)]);
    },
  );

  it('HubSpot’s calculated score cannot, and a property of one’s own can', () => {
    expect(problems('hubspotscore')).toEqual([expect.stringMatching(/calculated by HubSpot/)]);
    expect(problems('our_mark')).toEqual([]);
  });
});
