/**
 * What is hidden in the story, each with its known answer. The story is made from these values and a test finds every
 * one of them again by plain queries; screens and statistics that come later are measured against them.
 */

/** The portal and its size. */
export const STORY = {
  portalId: 14_500_001,
  timeZone: 'Europe/Berlin',
  seed: 20_260_601,
  /** Week 26 ends when the story is told. */
  weeks: 26,
  handOffsPerWeek: 45,
  /** The latest hand-offs, which nobody has answered yet; the tour's come on top. */
  openHandOffs: 60,
} as const;

/** A form lost its phone field: all its leads of these weeks have no number, as a few of all leads always do. */
export const LOST_PHONE_FIELD = {
  form: 'Returns cost calculator: result by e-mail',
  fromWeek: 18,
  /** The first week with the mended form. */
  mendedInWeek: 22,
  shareMissingElsewhere: 0.04,
} as const;

/** One webinar brings leads that do not fit: company under 50 people, or a title that is outside the ICP. */
export const WEBINAR_OUTSIDE_ICP = {
  campaign: 'Ops webinar',
  shareOutside: 0.45,
  shareOutsideElsewhere: 0.1,
} as const;

/** Leads of one source are first contacted after more than a day, though they are as good as the others. */
export const LATE_SOURCE = {
  source: 'REFERRALS',
  leastHours: 25,
  /** Others are contacted within this; their median is under the SLA's two hours. */
  mostHoursElsewhere: 9,
  medianHoursElsewhere: 2,
} as const;

/** A customer's subsidiary, handed off four times as if it were new business, turned back by three reps. */
export const SUBSIDIARY = {
  customer: 'Nordlicht Logistik SE',
  subsidiary: 'Nordlicht Kontraktlogistik GmbH',
  handOffs: 4,
  reps: 3,
} as const;

/** A note from a call holds the date at which a contract with somebody else ends. */
export const RENEWAL_IN_NOTE = {
  email: 'birgit.sandvoss@elbmarsch-versand.example',
  /** How far after the telling of the story, in days. */
  inDays: 134,
} as const;

/** Pairs of records that are one person. `shows` is what gives them away. */
export const DUPLICATES = [
  { original: 'marek.zielinski@hafenkran.example', copy: 'm.zielinski@hafenkran.example', shows: 'phone' },
  {
    original: 'sophie.lefevre@colis-rapide.example',
    copy: 'sophie.l@mail.example',
    shows: 'name and company',
  },
  {
    original: 'dr.anselm.roth@rothwein-kontor.example',
    copy: 'dr.anselm.roth+webinar@rothwein-kontor.example',
    shows: 'mailbox and company',
  },
] as const satisfies readonly { original: string; copy: string; shows: string }[];
