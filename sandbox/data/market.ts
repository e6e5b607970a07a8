/** The story's market: a maker of warehouse software, its campaigns, and the companies that answer them. */

import { LATE_SOURCE, LOST_PHONE_FIELD, WEBINAR_OUTSIDE_ICP } from './planted.ts';
import type { Random } from './random.ts';

export type Campaign = {
  readonly name: string;
  /** HubSpot's value of `hs_analytics_source`. */
  readonly source: string;
  /** First drill-down of the source. */
  readonly detail: string;
  /** The form or content by which leads of this campaign become known. */
  readonly form: string;
  readonly weight: number;
};

const CALCULATOR = LOST_PHONE_FIELD.form;

export const CAMPAIGNS: readonly Campaign[] = [
  {
    name: 'Warehouse KPI guide',
    source: 'ORGANIC_SEARCH',
    detail: 'Google',
    form: 'Guide: twelve warehouse KPIs',
    weight: 9,
  },
  {
    name: 'Returns cost calculator',
    source: 'ORGANIC_SEARCH',
    detail: 'Google',
    form: CALCULATOR,
    weight: 9,
  },
  {
    name: 'Slotting series',
    source: 'ORGANIC_SEARCH',
    detail: 'Bing',
    form: 'Slotting worksheet',
    weight: 5,
  },
  { name: 'Brand search DE', source: 'PAID_SEARCH', detail: 'lagerwerk', form: 'Contact form', weight: 6 },
  {
    name: 'WMS comparison',
    source: 'PAID_SEARCH',
    detail: 'warehouse software comparison',
    form: 'Comparison table',
    weight: 8,
  },
  {
    name: 'Switch to Lagerwerk',
    source: 'PAID_SEARCH',
    detail: 'warehouse software alternative',
    form: 'Migration checklist',
    weight: 4,
  },
  {
    name: WEBINAR_OUTSIDE_ICP.campaign,
    source: 'EMAIL_MARKETING',
    detail: 'Webinar invitation',
    form: 'Ops webinar: registration',
    weight: 12,
  },
  {
    name: 'Spring letter',
    source: 'EMAIL_MARKETING',
    detail: 'Spring letter',
    form: 'Contact form',
    weight: 4,
  },
  {
    name: 'Peak-season checklist',
    source: 'EMAIL_MARKETING',
    detail: 'Nurture track 2',
    form: 'Peak-season checklist',
    weight: 6,
  },
  {
    name: 'LinkedIn: cost per return',
    source: 'PAID_SOCIAL',
    detail: 'LinkedIn',
    form: CALCULATOR,
    weight: 8,
  },
  {
    name: 'LinkedIn: trade fair',
    source: 'PAID_SOCIAL',
    detail: 'LinkedIn',
    form: 'Meet us at the fair',
    weight: 5,
  },
  {
    name: 'Partner introductions',
    source: LATE_SOURCE.source,
    detail: 'partner.example',
    form: 'Partner introduction',
    weight: 7,
  },
  {
    name: 'Review portal',
    source: LATE_SOURCE.source,
    detail: 'reviews.example',
    form: 'Contact form',
    weight: 5,
  },
  {
    name: 'Ask for a walkthrough',
    source: 'DIRECT_TRAFFIC',
    detail: 'lagerwerk.example',
    form: 'Demo request',
    weight: 12,
  },
];

/** What people looked at, from idle to decided; the higher, the more it says. */
export const PAGES = [
  { page: 'Careers', points: 0 },
  { page: 'Blog: slotting by turnover', points: 4 },
  { page: 'Blog: what a return really costs', points: 4 },
  { page: 'Case: spare parts in two shifts', points: 9 },
  { page: 'Integrations', points: 10 },
  { page: 'Security', points: 12 },
  { page: 'Returns cost calculator', points: 14 },
  { page: 'Pricing page', points: 22 },
  { page: 'Demo video', points: 20 },
] as const;

export const INDUSTRIES = [
  { industry: 'Retail', option: 'RETAIL', words: ['Versand', 'Handel', 'Markt', 'Kaufhaus'] },
  {
    industry: 'Logistics',
    option: 'LOGISTICS_AND_SUPPLY_CHAIN',
    words: ['Logistik', 'Spedition', 'Fulfilment', 'Cargo'],
  },
  { industry: 'Consumer goods', option: 'CONSUMER_GOODS', words: ['Foods', 'Textil', 'Home', 'Sport'] },
  { industry: 'Machinery', option: 'MACHINERY', words: ['Technik', 'Maschinen', 'Parts', 'Werkzeug'] },
  { industry: 'Health care', option: 'HOSPITAL_HEALTH_CARE', words: ['Medical', 'Pharma', 'Care', 'Labor'] },
  { industry: 'Internet', option: 'INTERNET', words: ['Shop', 'Direct', 'Online', 'Box'] },
] as const;

const STEMS = [
  'Alster',
  'Nordwind',
  'Kiefer',
  'Bergland',
  'Auenhof',
  'Seeland',
  'Brücken',
  'Linden',
  'Falken',
  'Ostkai',
  'Rheintal',
  'Wiesen',
  'Hansa',
  'Silber',
  'Amber',
  'Mistral',
  'Solano',
  'Kaiko',
  'Verdant',
  'Lumen',
  'Polar',
  'Terra',
  'Vela',
  'Aquila',
  'Boreal',
  'Castor',
  'Delta',
  'Ekero',
  'Fjord',
  'Granit',
] as const;

const FORMS: Readonly<Record<string, readonly string[]>> = {
  DE: ['GmbH', 'AG', 'SE', 'GmbH & Co. KG', 'eG'],
  AT: ['GmbH', 'AG'],
  CH: ['AG', 'Sàrl'],
  GB: ['Ltd', 'plc'],
  US: ['Inc.', 'LLC'],
  FR: ['SAS', 'SARL'],
  NL: ['B.V.'],
  SE: ['AB'],
  PL: ['Sp. z o.o.'],
  ES: ['S.L.'],
  IT: ['S.r.l.', 'S.p.A.'],
  BR: ['Ltda.'],
  JP: ['株式会社'],
  AE: ['FZ-LLC'],
  TR: ['A.Ş.'],
};

/** HubSpot's size bands of a contact, with a number inside each for the company record. */
export const FITTING_SIZES = [
  { band: '50-100', least: 52, most: 98, weight: 30 },
  { band: '100-500', least: 110, most: 480, weight: 45 },
  { band: '500-1000', least: 520, most: 980, weight: 17 },
  { band: '1000+', least: 1_100, most: 4_600, weight: 8 },
] as const;
export const SMALL_SIZES = [
  { band: '1-5', least: 1, most: 5, weight: 25 },
  { band: '5-25', least: 6, most: 24, weight: 45 },
  { band: '25-50', least: 26, most: 48, weight: 30 },
] as const;

export const FITTING_TITLES = [
  'Head of Logistics',
  'VP Operations',
  'Warehouse Manager',
  'COO',
  'Leiterin Logistik',
  'Supply Chain Manager',
  'Director Fulfilment',
  'Head of E-Commerce',
  'Geschäftsführer',
  'Operations Manager',
  'Responsable logistique',
  'Process Engineer',
  'Head of Returns',
  'IT Manager',
  'Einkaufsleiter',
  'Inventory Planner',
] as const;
/** Titles with a word that the ICP definition leaves out. */
export const OUTSIDE_TITLES = [
  'Student, logistics',
  'Intern Supply Chain',
  'Trainee Operations',
  'Student Assistant',
  'Retired plant manager',
] as const;

export type Company = {
  readonly name: string;
  readonly domain: string;
  readonly industry: string;
  readonly industryOption: string;
};

/** Companies that are all different, by name and by domain. */
export const createCompanies = (random: Random, toLatin: (text: string) => string) => {
  const taken = new Set<string>();
  return (country: string): Company => {
    for (;;) {
      const { industry, option, words } = random.pick(INDUSTRIES);
      const stem = random.pick(STEMS);
      const second = random.chance(0.5) ? '' : `-${random.pick(STEMS)}`;
      const name = `${stem}${second} ${random.pick(words)} ${random.pick(FORMS[country] ?? ['Ltd'])}`;
      const domain = `${toLatin(name.replace(/\s\S+$/u, ''))}-${country.toLowerCase()}.example`;
      if (taken.has(domain)) continue;
      taken.add(domain);
      return { name, domain, industry, industryOption: option };
    }
  };
};
