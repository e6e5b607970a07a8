/** Text from outside, before it is kept. */

/**
 * The text without what no database can hold: U+0000 (PostgreSQL refuses it in text and JSON) is left out, and half a
 * surrogate pair becomes U+FFFD.
 */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** Whether there is anything to read: spaces, and what Unicode calls format characters (U+200B, U+2060…), show nothing. */
export function hasWords(text: string): boolean {
  return /[^\s\p{Cf}]/u.test(text);
}
