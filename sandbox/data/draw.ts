/** Draws the story's ordinary hand-offs from the one stream of random numbers, planted facts included. */

import type { HandOff, Outcome } from './handOffs.ts';
import {
  CAMPAIGNS,
  type Campaign,
  FITTING_SIZES,
  FITTING_TITLES,
  OUTSIDE_TITLES,
  PAGES,
  SMALL_SIZES,
  createCompanies,
} from './market.ts';
import { COUNTRIES, drawPerson, toLatin } from './people.ts';
import type { Country } from './phones.ts';
import { LATE_SOURCE, LOST_PHONE_FIELD, WEBINAR_OUTSIDE_ICP } from './planted.ts';
import { type Random, createQuota } from './random.ts';
import { REPS_DACH, REPS_INTERNATIONAL } from './team.ts';
import { DAY_MS, HOUR_MS } from './weeks.ts';

const CALLS = [
  'Called, voicemail. Trying again tomorrow.',
  'Short call: looking at three vendors, wants a price indication first.',
  'Reached the assistant, call back next week.',
  'Good talk. Two sites, 40 pickers, peak in November. Sent the case study.',
  'No answer, sent a message instead.',
  'Says the project starts after the move to the new hall.',
  'Wants to know about the interface to their shop system.',
] as const;

export const createDraw = (random: Random, phoneFor: (country: Country) => string, now: Date) => {
  const companyFor = createCompanies(random, toLatin);
  const outsideByWebinar = createQuota(WEBINAR_OUTSIDE_ICP.shareOutside);
  const outsideElsewhere = createQuota(WEBINAR_OUTSIDE_ICP.shareOutsideElsewhere);
  const withoutPhone = createQuota(LOST_PHONE_FIELD.shareMissingElsewhere);
  const withLead = createQuota(0.4);
  const seen = new Set<string>();

  /** A person nobody in the story is yet, with an address of their own. */
  const newPerson = (cultures: (typeof COUNTRIES)[number]['cultures'], domain: string) => {
    for (;;) {
      const person = drawPerson(random, cultures);
      const email = `${person.mailbox}@${domain}`;
      if (seen.has(email)) continue;
      seen.add(email);
      return { person, email };
    }
  };

  const drawVisit = (
    at: Date,
  ): { visit: NonNullable<HandOff['visit']>; score: NonNullable<HandOff['score']> } => {
    const pages = [...PAGES]
      .filter(() => random.chance(0.3))
      .map((row) => ({ ...row, times: random.chance(0.25) ? random.between(2, 4) : 1 }));
    const views = pages.reduce((sum, { times }) => sum + times, 0) + random.between(1, 6);
    const ageDays = random.chance(0.2) ? random.between(1, 6) : random.between(8, 120);
    const best = pages.reduce((top, row) => (row.points > top.points ? row : top), {
      page: 'Newsletter click',
      points: 3,
    });
    const value = Math.min(
      99,
      28 + pages.reduce((sum, { points }) => sum + points, 0) + random.between(0, 12),
    );
    return {
      visit: {
        pagesSeen:
          pages.length === 0
            ? null
            : pages
                .reverse()
                .map(({ page, times }) => (times > 1 ? `${page} ×${times}` : page))
                .join(', '),
        seconds: random.between(20, 900),
        pageViews: views,
        visits: random.between(1, 1 + Math.ceil(views / 3)),
        firstSeenAt: new Date(at.getTime() - ageDays * DAY_MS - random.between(0, 20) * HOUR_MS),
        lastSeenAt: new Date(at.getTime() - random.between(0, 40) * 60_000),
      },
      score: { value, movedBy: `+${best.points} ${best.page.toLowerCase()}` },
    };
  };

  /** Hours from the hand-off to the first contact. */
  const drawDelay = (campaign: Campaign): number =>
    campaign.source === LATE_SOURCE.source
      ? LATE_SOURCE.leastHours + random.next() * 30
      : 0.1 + (LATE_SOURCE.mostHoursElsewhere - 0.2) * random.next() ** 3;

  const drawOutcome = (facts: { outside: boolean; reachable: boolean; late: boolean }): Outcome => {
    const turnedBack = facts.outside ? 0.75 : !facts.reachable ? 0.6 : facts.late ? 0.5 : 0.24;
    if (random.chance(turnedBack)) return facts.outside || random.chance(0.3) ? 'disqualified' : 'recycled';
    return random.chance(0.3) ? (random.chance(0.3) ? 'customer' : 'deal') : 'accepted';
  };

  /** One hand-off at a moment of one of the story's weeks; `isOpen` leaves it without an answer. */
  return (at: Date, week: number, isOpen: boolean): HandOff => {
    const campaign = random.weighted(CAMPAIGNS);
    const { country, cultures } = random.weighted(COUNTRIES);
    const outside = campaign.name === WEBINAR_OUTSIDE_ICP.campaign ? outsideByWebinar() : outsideElsewhere();
    const small = outside && random.chance(0.7);
    const size = small ? random.weighted(SMALL_SIZES) : random.weighted(FITTING_SIZES);
    const company = companyFor(country);
    const { person, email } = newPerson(cultures, company.domain);
    const formIsBroken =
      campaign.form === LOST_PHONE_FIELD.form &&
      week >= LOST_PHONE_FIELD.fromWeek &&
      week < LOST_PHONE_FIELD.mendedInWeek;
    const phone = formIsBroken || withoutPhone() ? null : phoneFor(country);
    const late = campaign.source === LATE_SOURCE.source;
    const drawn = isOpen ? 'open' : drawOutcome({ outside, reachable: phone !== null, late });
    const contactAt = new Date(at.getTime() + drawDelay(campaign) * HOUR_MS);
    // Nothing in the story happens after it is told; a deal takes its days.
    const firstContactAt = contactAt < now ? contactAt : null;
    const isFresh = now.getTime() - at.getTime() < 14 * DAY_MS;
    const outcome = isFresh && (drawn === 'deal' || drawn === 'customer') ? 'accepted' : drawn;
    const again = random.between(0, 3);
    const lastContact = new Date(contactAt.getTime() + again * random.between(4, 30) * HOUR_MS);
    const lastContactAt = firstContactAt !== null && again > 0 && lastContact < now ? lastContact : null;
    const answered = Math.min(
      (lastContactAt ?? contactAt).getTime() + random.between(1, 20) * 60_000,
      now.getTime() - 60_000,
    );
    const dueAt = new Date(at.getTime() + 2 * HOUR_MS);
    const reps = ['DE', 'AT', 'CH'].includes(country) ? REPS_DACH : REPS_INTERNATIONAL;
    return {
      at,
      createdAt: new Date(
        at.getTime() - (random.chance(0.6) ? random.between(1, 50) * 60_000 : random.between(1, 30) * DAY_MS),
      ),
      campaign,
      person,
      email,
      phone,
      title: outside && !small ? random.pick(OUTSIDE_TITLES) : random.pick(FITTING_TITLES),
      company,
      country,
      size: { band: size.band, employees: random.between(size.least, size.most) },
      ...drawVisit(at),
      rep: random.pick(reps),
      firstContactAt,
      lastContactAt,
      attempts: firstContactAt === null ? 0 : 1 + (lastContactAt === null ? 0 : again),
      outcome,
      answeredAt: outcome === 'open' ? null : new Date(answered),
      withLead: withLead(),
      notes:
        firstContactAt !== null && random.chance(0.5)
          ? [{ at: firstContactAt, text: random.pick(CALLS) }]
          : [],
      task: random.chance(0.4)
        ? { subject: `Call ${person.firstName} ${person.lastName}`, dueAt, doneAt: firstContactAt }
        : null,
    };
  };
};
