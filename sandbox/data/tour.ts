/**
 * Hand-picked contacts, so that a visitor (and a browser test) finds each situation by its record id. They were handed
 * off lately and nobody has answered them. README.md lists them.
 */

import type { HandOff } from './handOffs.ts';
import { CAMPAIGNS, type Campaign, type Company } from './market.ts';
import { DUPLICATES, RENEWAL_IN_NOTE, SUBSIDIARY } from './planted.ts';
import { REPS_DACH, REPS_INTERNATIONAL, type Rep } from './team.ts';
import { DAY_MS } from './weeks.ts';

const campaignOf = (name: string): Campaign => {
  const found = CAMPAIGNS.find((campaign) => campaign.name === name);
  if (!found) throw new Error(`There is no campaign ${name}.`);
  return found;
};

const repAt = (reps: readonly Rep[], place: number): Rep => {
  const found = reps[place];
  if (!found) throw new Error(`There is no rep ${place}.`);
  return found;
};

const MINUTE_MS = 60_000;

const companyOf = (name: string, domain: string): Company => ({
  name,
  domain,
  industry: 'Logistics',
  industryOption: 'LOGISTICS_AND_SUPPLY_CHAIN',
});

const SIZES = {
  tiny: { band: '5-25', employees: 8 },
  middle: { band: '100-500', employees: 240 },
  large: { band: '500-1000', employees: 730 },
} as const;

/** The person that both records of a pair of duplicates are: the older one has been worked, the newer one is open. */
const TWINS = {
  marek: { firstName: 'Marek', lastName: 'Zieliński', mailbox: 'marek.zielinski' },
  sophie: { firstName: 'Sophie', lastName: 'Lefèvre', mailbox: 'sophie.lefevre' },
  anselm: { firstName: 'Dr. Anselm', lastName: 'Roth', mailbox: 'dr.anselm.roth' },
} as const;
const HAFENKRAN = companyOf('Hafenkran Fulfilment GmbH', 'hafenkran.example');
const COLIS = companyOf('Colis Rapide SAS', 'colis-rapide.example');
const ROTHWEIN = companyOf('Rothwein Kontor GmbH', 'rothwein-kontor.example');
/** One number, written in the two ways people write it. */
const MAREKS_PHONE = { older: '+49 40 66969 990', newer: '040 / 66969990' } as const;

/**
 * @param numberOf gives each contact a telephone number of its own
 */
export const tellTour = (
  now: Date,
  numberOf: () => string,
): { readonly open: readonly HandOff[]; readonly earlier: readonly HandOff[] } => {
  const ago = (minutes: number): Date => new Date(now.getTime() - minutes * MINUTE_MS);
  const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);

  /** An ordinary, fitting lead, on which the record suggests nothing and contradicts little. */
  const lead = (id: string, minutesAgo: number, special: Partial<HandOff>): HandOff => ({
    id,
    at: ago(minutesAgo),
    createdAt: daysAgo(20),
    campaign: campaignOf('Warehouse KPI guide'),
    person: null,
    email: `contact-${id}@lead.example`,
    phone: numberOf(),
    title: 'Warehouse Manager',
    company: null,
    country: 'DE',
    size: SIZES.middle,
    visit: {
      pagesSeen: 'Integrations, Case: spare parts in two shifts, Blog: slotting by turnover',
      seconds: 340,
      pageViews: 7,
      visits: 3,
      firstSeenAt: daysAgo(32),
      lastSeenAt: ago(minutesAgo + 4),
    },
    score: { value: 58, movedBy: '+10 integrations' },
    rep: repAt(REPS_DACH, 0),
    firstContactAt: null,
    lastContactAt: null,
    attempts: 0,
    outcome: 'open',
    answeredAt: null,
    withLead: false,
    notes: [],
    task: null,
    ...special,
  });
  const named = (firstName: string, lastName: string, company: Company, mailbox: string) => ({
    person: { firstName, lastName, mailbox },
    company,
    email: `${mailbox}@${company.domain}`,
  });
  const worked = (id: string, days: number, special: Partial<HandOff>): HandOff =>
    lead(id, days * 24 * 60, {
      createdAt: daysAgo(days + 2),
      firstContactAt: new Date(now.getTime() - days * DAY_MS + 90 * MINUTE_MS),
      attempts: 1,
      outcome: 'recycled',
      answeredAt: new Date(now.getTime() - days * DAY_MS + 100 * MINUTE_MS),
      ...special,
      visit: null,
    });
  const renewal = new Date(now.getTime() + RENEWAL_IN_NOTE.inDays * DAY_MS);
  const nordlicht = companyOf(SUBSIDIARY.subsidiary, 'nordlicht-kontrakt.example');

  const open: HandOff[] = [
    lead('101', 25, {
      ...named('Jonas', 'Wirth', companyOf('Wirth & Söhne Umzüge', 'wirth-umzuege.example'), 'jonas'),
      size: SIZES.tiny,
      title: 'Inhaber',
    }),
    lead('102', 48, {
      ...named(
        'Katrin',
        'Oelschläger',
        companyOf('Oderland Textil AG', 'oderland-textil.example'),
        'k.oelschlaeger',
      ),
      visit: {
        pagesSeen: null,
        seconds: 12,
        pageViews: 1,
        visits: 1,
        firstSeenAt: daysAgo(19),
        lastSeenAt: daysAgo(19),
      },
      score: { value: 41, movedBy: '+15 guide download' },
    }),
    lead('103', 65, {
      ...named(
        'Piotr',
        'Wiśniewski',
        companyOf('Wisła Parts Sp. z o.o.', 'wisla-parts.example'),
        'piotr.wisniewski',
      ),
      country: 'PL',
      rep: repAt(REPS_INTERNATIONAL, 0),
      createdAt: daysAgo(3),
      visit: {
        pagesSeen: 'Blog: what a return really costs, Blog: slotting by turnover',
        seconds: 410,
        pageViews: 9,
        visits: 2,
        firstSeenAt: daysAgo(3),
        lastSeenAt: ago(80),
      },
    }),
    lead('104', 130, {
      ...named(
        'Gerlinde',
        'Haberkorn',
        companyOf('Haberkorn Werkzeug KG', 'haberkorn-werkzeug.example'),
        'g.haberkorn',
      ),
      campaign: campaignOf('LinkedIn: trade fair'),
      createdAt: daysAgo(310),
      visit: {
        pagesSeen: 'Case: spare parts in two shifts, Integrations',
        seconds: 150,
        pageViews: 6,
        visits: 2,
        firstSeenAt: daysAgo(310),
        lastSeenAt: daysAgo(204),
      },
    }),
    lead('105', 15, {
      person: { firstName: 'Test', lastName: 'Test', mailbox: 'asdf' },
      email: 'asdf@mail.example',
      company: companyOf('asdf', 'asdf.example'),
      phone: '0000000',
      title: 'n/a',
      size: null,
      country: null,
      visit: null,
      score: { value: 44, movedBy: '+15 guide download' },
    }),
    lead('106', 33, {
      person: TWINS.marek,
      company: { ...HAFENKRAN, name: 'Hafenkran' },
      email: DUPLICATES[0].copy,
      phone: MAREKS_PHONE.newer,
    }),
    lead('107', 95, {
      ...named('Liam', "O'Shaughnessy", companyOf('Shannon Cargo Ltd', 'shannon-cargo.example'), 'liam'),
      country: 'GB',
      rep: repAt(REPS_INTERNATIONAL, 1),
      campaign: campaignOf('Spring letter'),
      notes: [{ at: ago(90), text: 'Writes that he is looking for a job with us, not for software.' }],
    }),
    lead('108', 72, {
      ...named(
        'Claudia',
        'Bergemann',
        companyOf('Ostkai Fulfilment AG', 'ostkai-fulfilment.example'),
        'claudia.bergemann',
      ),
      title: 'VP Operations',
      visit: {
        pagesSeen: 'Pricing page ×3, Returns cost calculator, Security',
        seconds: 480,
        pageViews: 14,
        visits: 4,
        firstSeenAt: daysAgo(24),
        lastSeenAt: ago(76),
      },
      score: { value: 91, movedBy: '+22 pricing page' },
    }),
    lead('109', 55, {
      ...named(
        'Rosa',
        'Delgado Peñaranda',
        companyOf('Solano Shop S.L.', 'solano-shop.example'),
        'rosa.delgado',
      ),
      country: 'ES',
      rep: repAt(REPS_INTERNATIONAL, 2),
      withLead: true,
    }),
    lead('110', 40, {
      ...named(
        'Anna-Katharina Elisabeth Friederike',
        'Oberschwarzenberger-Müllenbach von und zu Hohenstein-Langenfels',
        companyOf(
          'Erste Niederrheinisch-Westfälische Getränkefachgroßhandelsgesellschaft mbH & Co. Kommanditgesellschaft auf Aktien',
          'enwg.example',
        ),
        'anna-katharina.oberschwarzenberger-muellenbach',
      ),
      title:
        'Stellvertretende Leiterin Materialwirtschaft, Wareneingang und Qualitätssicherung (kommissarisch)',
    }),
    lead('111', 20, {
      email: 'info@kein-name.example',
      phone: null,
      title: null,
      country: null,
      size: null,
      visit: null,
      score: null,
      campaign: null,
    }),
    lead('112', 150, {
      ...named(
        'Birgit',
        'Sandvoß',
        companyOf('Elbmarsch Versand GmbH', 'elbmarsch-versand.example'),
        'birgit.sandvoss',
      ),
      email: RENEWAL_IN_NOTE.email,
      firstContactAt: ago(100),
      attempts: 1,
      notes: [
        {
          at: ago(100),
          text: `Happy with what they have for now; that contract runs until ${renewal.toISOString().slice(0, 10)}. Call again before it renews.`,
        },
      ],
    }),
    lead('113', 60, {
      person: { firstName: '千代子', lastName: '勅使河原', mailbox: 'chiyoko.teshigawara' },
      company: companyOf('東雲ロジスティクス株式会社', 'shinonome-logi.example'),
      email: 'chiyoko.teshigawara@shinonome-logi.example',
      title: '物流部長',
      country: 'JP',
      rep: repAt(REPS_INTERNATIONAL, 3),
    }),
    lead('114', 110, {
      person: { firstName: 'عبد الرحمن', lastName: 'بن عبد العزيز', mailbox: 'abdulrahman' },
      company: companyOf('شركة الخليج للتخزين', 'gulf-storage.example'),
      email: 'abdulrahman@gulf-storage.example',
      title: 'مدير العمليات',
      country: 'AE',
      rep: repAt(REPS_INTERNATIONAL, 3),
      withLead: true,
    }),
    lead('115', 85, {
      ...named('Henrik', 'Paulsen', nordlicht, 'h.paulsen'),
      rep: repAt(REPS_DACH, 3),
      size: SIZES.large,
    }),
    lead('116', 30, {
      person: TWINS.sophie,
      company: COLIS,
      email: DUPLICATES[1].copy,
      country: 'FR',
      rep: repAt(REPS_INTERNATIONAL, 1),
    }),
    lead('117', 45, {
      person: { firstName: 'A.', lastName: 'Roth', mailbox: 'dr.anselm.roth' },
      company: ROTHWEIN,
      email: DUPLICATES[2].copy,
    }),
  ];

  const earlier: HandOff[] = [
    worked('121', 96, {
      person: TWINS.marek,
      company: HAFENKRAN,
      email: DUPLICATES[0].original,
      phone: MAREKS_PHONE.older,
      outcome: 'accepted',
    }),
    worked('122', 61, {
      person: TWINS.sophie,
      company: COLIS,
      email: DUPLICATES[1].original,
      country: 'FR',
      rep: repAt(REPS_INTERNATIONAL, 1),
    }),
    worked('123', 118, { person: TWINS.anselm, company: ROTHWEIN, email: DUPLICATES[2].original }),
    ...[
      { firstName: 'Wiebke', lastName: 'Thomsen', days: 122, rep: 0 },
      { firstName: 'Nils', lastName: 'Carstensen', days: 94, rep: 1 },
      { firstName: 'Friederike', lastName: 'Lorenzen', days: 66, rep: 2 },
      { firstName: 'Arne', lastName: 'Jessen', days: 38, rep: 1 },
    ].map(({ firstName, lastName, days, rep }, place) =>
      worked(String(131 + place), days, {
        ...named(firstName, lastName, nordlicht, `${firstName.toLowerCase()}.${lastName.toLowerCase()}`),
        rep: repAt(REPS_DACH, rep),
        size: SIZES.large,
        outcome: 'disqualified',
        notes: [{ at: daysAgo(days - 1), text: 'They say somebody of ours already looks after the group.' }],
      }),
    ),
    worked('135', 170, {
      ...named('Dörte', 'Ahlers', companyOf(SUBSIDIARY.customer, 'nordlicht.example'), 'doerte.ahlers'),
      size: SIZES.large,
      outcome: 'customer',
    }),
  ];
  return { open, earlier };
};
