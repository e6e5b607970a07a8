/** A moment as it reads in the portal: "22 Nov 2026, 18:05". */
export const momentIn = (timeZone: string, at: number | string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(at),
  );

/** HubSpot stores moments as ISO texts or as milliseconds. */
export const toMillis = (value: string | null | undefined): number | undefined => {
  if (!value) return undefined;
  const millis = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(millis) ? undefined : millis;
};
