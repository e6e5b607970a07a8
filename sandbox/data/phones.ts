/**
 * Phone numbers that look right for their country and ring nobody: ranges that regulators keep free for films and
 * examples (Bundesnetzagentur, Ofcom, NANPA, ARCEP, PTS); elsewhere subscriber numbers that begin with 0, which are
 * never given out. Each number is used once, because the same number means the same person.
 */

type Pattern = { readonly room: number; readonly format: (n: number) => string };

const digits = (n: number, length: number): string => String(n).padStart(length, '0');

/** A place's prefix with a block of numbers behind it. */
const blocks = (prefixes: readonly string[], length: number): Pattern => ({
  room: prefixes.length * 10 ** length,
  format: (n) => `${prefixes[Math.floor(n / 10 ** length)] ?? ''}${digits(n % 10 ** length, length)}`,
});

const US_AREAS = [
  '202',
  '206',
  '212',
  '213',
  '303',
  '305',
  '312',
  '404',
  '415',
  '503',
  '512',
  '617',
  '702',
  '713',
];

const PATTERNS = {
  DE: blocks(['+49 30 23125 ', '+49 40 66969 ', '+49 69 90009 ', '+49 89 99998 ', '+49 221 4710 '], 3),
  GB: blocks(['+44 20 7946 0', '+44 161 496 0', '+44 113 496 0', '+44 7700 900'], 3),
  US: {
    room: US_AREAS.length * 100,
    format: (n) => `+1 ${US_AREAS[Math.floor(n / 100)] ?? ''} 555 ${digits(100 + (n % 100), 4)}`,
  },
  FR: blocks(['+33 1 99 00 ', '+33 2 61 91 ', '+33 3 53 01 '], 4),
  SE: blocks(['+46 8 465 004 ', '+46 31 390 06 ', '+46 40 628 04 '], 2),
  AT: blocks(['+43 512 00 '], 4),
  CH: blocks(['+41 44 000 '], 4),
  NL: blocks(['+31 20 000 '], 4),
  PL: blocks(['+48 22 000 '], 4),
  ES: blocks(['+34 910 00 '], 4),
  IT: blocks(['+39 06 0000 '], 4),
  BR: blocks(['+55 11 0000 '], 4),
  JP: blocks(['+81 3 0000 '], 4),
  AE: blocks(['+971 4 000 '], 4),
  TR: blocks(['+90 212 000 '], 4),
} as const satisfies Record<string, Pattern>;

export type Country = keyof typeof PATTERNS;

/** A source of numbers that never gives the same one twice. */
export const createPhones = (): ((country: Country) => string) => {
  const used = new Map<Country, number>();
  return (country) => {
    const { room, format } = PATTERNS[country];
    const count = used.get(country) ?? 0;
    if (count >= room) throw new Error(`There are only ${room} numbers for ${country}.`);
    used.set(country, count + 1);
    // A step that shares no factor with the room visits every number once, and neighbours look unalike.
    return format((count * 617) % room);
  };
};
