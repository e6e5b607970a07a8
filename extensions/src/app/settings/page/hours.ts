type TimeRange = { from: string; to: string };

/** "09:00-12:00, 13:00-17:00" */
export const hoursText = (ranges: readonly TimeRange[]): string =>
  ranges.map(({ from, to }) => `${from}-${to}`).join(', ');

/** What was typed as ranges. What cannot be read goes to the server as it is, which says so beside the field. */
export function hoursOf(text: string): TimeRange[] {
  return text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [from = '', to = '', ...more] = part.split(/\s*[-–—]\s*/);
      return more.length > 0 ? { from: part, to: '' } : { from: padded(from), to: padded(to) };
    });
}

/** "9:00" is meant as "09:00". */
const padded = (clock: string): string => (/^\d:\d\d$/.test(clock) ? `0${clock}` : clock);
