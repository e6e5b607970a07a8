/**
 * The story of the sandbox: 26 weeks of hand-offs in one portal, told anew for any moment. The same seed and the same
 * moment give the same records, to the last digit.
 */

import { createBook } from './book.ts';
import type { Content } from './content.ts';
import { createDraw } from './draw.ts';
import { writeHandOff } from './handOffs.ts';
import { createPhones } from './phones.ts';
import { STORY, SUBSIDIARY } from './planted.ts';
import { createRandom } from './random.ts';
import { ownerRows } from './team.ts';
import { tellTour } from './tour.ts';
import { DAY_MS, momentInWeek } from './weeks.ts';

/** People who are known but were never handed to sales. */
const NOT_HANDED_OFF = 40;

/**
 * @param now the moment at which the last week ends
 * @param seed another seed tells another story with the same planted facts
 */
export const tellStory = (now: Date, seed: number = STORY.seed): Content => {
  const random = createRandom(seed);
  const book = createBook();
  const moments = Array.from({ length: STORY.weeks }, (_, index) => index + 1)
    .flatMap((week) => {
      // "About": a few more or less each week.
      const count = STORY.handOffsPerWeek + random.between(-4, 4);
      return Array.from({ length: count }, () => ({
        week,
        at: momentInWeek(random, STORY.timeZone, now, week, STORY.weeks),
      }));
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime());

  const phones = createPhones();
  const draw = createDraw(random, phones, now);
  const firstOpen = moments.length - STORY.openHandOffs;
  const handOffs = moments.map(({ at, week }, place) => draw(at, week, place >= firstOpen));
  const ids = handOffs.map((handOff) => writeHandOff(book, handOff));

  const tour = tellTour(now, () => phones('DE'));
  const openIds = tour.open.map((handOff) => writeHandOff(book, handOff));
  const earlierIds = tour.earlier.map((handOff) => writeHandOff(book, handOff));
  nameParent(book);

  for (let place = 0; place < NOT_HANDED_OFF; place += 1) {
    const since = new Date(now.getTime() - random.between(1, 180) * DAY_MS);
    book.add('contacts', {
      createdAt: since,
      properties: {
        email: `reader-${place + 1}@mail.example`,
        hs_email_domain: 'mail.example',
        lifecyclestage: place % 2 === 0 ? 'subscriber' : 'lead',
        hs_analytics_source: 'EMAIL_MARKETING',
        hs_analytics_source_data_2: 'Spring letter',
        hubspotscore: String(random.between(1, 30)),
      },
    });
  }

  return {
    owners: ownerRows(new Date(now.getTime() - 400 * DAY_MS).toISOString()),
    objects: book.objects,
    associations: book.associations,
    announcedContactIds: [...ids.slice(firstOpen), ...openIds, ...earlierIds],
  };
};

/** HubSpot shows the parent of a company as a property of the child. */
const nameParent = (book: ReturnType<typeof createBook>): void => {
  const byName = (name: string) =>
    book.objects.companies.find(({ properties }) => properties['name'] === name);
  const [parent, child] = [byName(SUBSIDIARY.customer), byName(SUBSIDIARY.subsidiary)];
  if (!parent || !child) throw new Error('The customer or its subsidiary is missing in the story.');
  const linked = { ...child, properties: { ...child.properties, hs_parent_company_id: parent.id } };
  book.objects.companies.splice(book.objects.companies.indexOf(child), 1, linked);
};
