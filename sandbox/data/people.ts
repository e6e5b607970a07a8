/** Invented people: names from several languages, with a spelling in Latin letters for their mailbox. */

import type { Country } from './phones.ts';
import type { Random } from './random.ts';

/** As the person writes it; the Latin spelling where that is not Latin. */
type Name = string | readonly [written: string, latin: string];

type Culture = {
  readonly first: readonly Name[];
  readonly last: readonly Name[];
};

const CULTURES = {
  german: {
    first: [
      'Anna',
      'Jürgen',
      'Björn',
      'Käthe',
      'Lukas',
      'Sabine',
      'Thomas',
      'Ulrike',
      'Jörg',
      'Miriam',
      'Felix',
      'Heike',
      'Sönke',
      'Annelie',
      'Moritz',
      'Günther',
      'Lea',
      'Hans-Peter',
      'Marie-Luise',
      'Tobias',
    ],
    last: [
      'Müller',
      'Schäfer',
      'Köhler',
      'Weiß',
      'Groß',
      'Bäcker',
      'Öztürk',
      'Petersen',
      'Lüttgen',
      'Vogt',
      'Brandstätter',
      'Hübner',
      'Schulze-Höping',
      'von der Heide',
      'Kowalski',
      'Jäger',
      'Strößner',
      'Kröger',
      'Oberländer',
      'Fuchs',
    ],
  },
  english: {
    first: [
      'Amelia',
      'Oliver',
      'Priya',
      'Graham',
      'Siobhán',
      'Ethan',
      'Charlotte',
      'Malik',
      'Harriet',
      'Noah',
      'Grace',
      'Declan',
      'Zoë',
      'Marcus',
      'Imogen',
      'Tyrone',
    ],
    last: [
      "O'Connor",
      'Whitfield',
      'Patel',
      'Nguyen',
      'Harrington',
      'Brooks',
      'MacAllister',
      'Okafor',
      'Featherstonehaugh',
      'Reid',
      'Castellano',
      'Doyle',
      'Bennett-Clarke',
      'Singh',
      'Lindgren',
      'Hayes',
    ],
  },
  french: {
    first: ['Élodie', 'Jérôme', 'Camille', 'François', 'Anaïs', 'Benoît', 'Chloé', 'Loïc', 'Margaux', 'Théo'],
    last: [
      'Lefèvre',
      'Dubois',
      'Gauthier',
      'Béranger',
      "d'Aubigné",
      'Carpentier',
      'Marchand',
      'Guérin',
      'Noël',
      'Rousseau',
    ],
  },
  dutch: {
    first: ['Sanne', 'Daan', 'Femke', 'Joost', 'Lotte', 'Maarten', 'Anouk', 'Sjoerd'],
    last: [
      'van den Berg',
      'de Vries',
      'Jansen',
      'ter Horst',
      'van Leeuwen',
      'Bakker',
      'Dijkstra',
      "in 't Veld",
    ],
  },
  nordic: {
    first: ['Åsa', 'Mårten', 'Linnéa', 'Håkan', 'Freja', 'Göran', 'Saga', 'Torbjörn'],
    last: ['Söderström', 'Åkesson', 'Lindqvist', 'Bergström', 'Holmgren', 'Öberg', 'Nyström', 'Sjögren'],
  },
  polish: {
    first: ['Małgorzata', 'Paweł', 'Agnieszka', 'Łukasz', 'Zofia', 'Grzegorz', 'Katarzyna', 'Stanisław'],
    last: ['Wójcik', 'Kamińska', 'Szczęsny', 'Dąbrowski', 'Brzęczyszczykiewicz', 'Zając', 'Król', 'Łapińska'],
  },
  iberian: {
    first: [
      'Íñigo',
      'Lucía',
      'Joaquín',
      'María José',
      'Álvaro',
      'Núria',
      'João',
      'Beatriz',
      'Thiago',
      'Conceição',
    ],
    last: [
      'García Núñez',
      'Fernández',
      'Muñoz',
      'Ibáñez de la Torre',
      'Gonçalves',
      'Araújo',
      'dos Santos',
      'Peixoto',
      'Castaño',
      'Vázquez',
    ],
  },
  italian: {
    first: ['Niccolò', 'Giulia', 'Matteo', 'Chiara', 'Pierluigi', 'Ilaria', 'Tommaso', 'Benedetta'],
    last: ['Esposito', 'De Luca', "D'Angelo", 'Ferrari', 'Marchetti', 'Colombo', 'Bellucci', 'Santoro'],
  },
  japanese: {
    first: [
      ['美咲', 'misaki'],
      ['健太', 'kenta'],
      ['さくら', 'sakura'],
      ['大輔', 'daisuke'],
      ['陽子', 'yoko'],
      ['翔太', 'shota'],
    ],
    last: [
      ['田中', 'tanaka'],
      ['小林', 'kobayashi'],
      ['渡辺', 'watanabe'],
      ['五十嵐', 'igarashi'],
      ['佐々木', 'sasaki'],
      ['長谷川', 'hasegawa'],
    ],
  },
  arabic: {
    first: [
      ['ليلى', 'layla'],
      ['يوسف', 'yusuf'],
      ['فاطمة', 'fatima'],
      ['عمر', 'omar'],
      ['نور', 'noor'],
      ['خالد', 'khalid'],
    ],
    last: [
      ['الحسيني', 'alhusseini'],
      ['بن سعيد', 'bin-saeed'],
      ['النجار', 'alnajjar'],
      ['منصور', 'mansour'],
      ['القحطاني', 'alqahtani'],
      ['حداد', 'haddad'],
    ],
  },
  turkish: {
    first: ['Ayşe', 'Çağlar', 'Gökçe', 'İbrahim', 'Özlem', 'Şule'],
    last: ['Yıldız', 'Çelik', 'Şahin', 'Öğüt', 'Güneş', 'Kılıç'],
  },
} as const satisfies Record<string, Culture>;

type CultureName = keyof typeof CULTURES;

/** Where leads come from, how many of a hundred, and whose names are met there. */
export const COUNTRIES = [
  { country: 'DE', weight: 38, cultures: ['german', 'german', 'german', 'turkish', 'polish'] },
  { country: 'AT', weight: 7, cultures: ['german'] },
  { country: 'CH', weight: 7, cultures: ['german', 'german', 'french', 'italian'] },
  { country: 'GB', weight: 8, cultures: ['english'] },
  { country: 'US', weight: 8, cultures: ['english', 'english', 'iberian'] },
  { country: 'FR', weight: 6, cultures: ['french'] },
  { country: 'NL', weight: 5, cultures: ['dutch'] },
  { country: 'SE', weight: 4, cultures: ['nordic'] },
  { country: 'PL', weight: 4, cultures: ['polish'] },
  { country: 'ES', weight: 3, cultures: ['iberian'] },
  { country: 'IT', weight: 3, cultures: ['italian'] },
  { country: 'JP', weight: 3, cultures: ['japanese'] },
  { country: 'BR', weight: 2, cultures: ['iberian'] },
  { country: 'AE', weight: 1, cultures: ['arabic'] },
  { country: 'TR', weight: 1, cultures: ['turkish'] },
] as const satisfies readonly { country: Country; weight: number; cultures: readonly CultureName[] }[];

export type Person = {
  readonly firstName: string;
  readonly lastName: string;
  /** The part of the address before the @. */
  readonly mailbox: string;
};

export const drawPerson = (random: Random, cultures: readonly CultureName[]): Person => {
  const culture: Culture = CULTURES[random.pick(cultures)];
  const first = random.pick(culture.first);
  const last = random.pick(culture.last);
  return {
    firstName: written(first),
    lastName: written(last),
    mailbox: `${latin(first)}.${latin(last)}`,
  };
};

const written = (name: Name): string => (typeof name === 'string' ? name : name[0]);

const SPELLED: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ł: 'l',
  ı: 'i',
  ø: 'o',
};

/** Letters as they are commonly spelled in an e-mail address. */
export const toLatin = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[äöüßłıø]/g, (letter) => SPELLED[letter] ?? letter)
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

const latin = (name: Name): string => (typeof name === 'string' ? toLatin(name.normalize('NFC')) : name[1]);
