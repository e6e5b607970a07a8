/**
 * A UUID (version 4) that names one intention of the rep, so that a second delivery can get the first answer.
 * Older workers lack `crypto.randomUUID`, and some lack `crypto`: an id only has to be new within one portal.
 */
export function newRequestId(): string {
  const source: Partial<typeof globalThis.crypto> | undefined = globalThis.crypto;
  if (source?.randomUUID) return source.randomUUID();
  const bytes = source?.getRandomValues
    ? source.getRandomValues(new Uint8Array(16))
    : Uint8Array.from({ length: 16 }, () => Math.floor(Math.random() * 256));
  const hex = [...bytes].map((byte, at) => markBits(byte, at).toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** RFC 9562: byte 6 carries the version, byte 8 the variant. */
function markBits(byte: number, at: number): number {
  if (at === 6) return (byte & 0x0f) | 0x40;
  if (at === 8) return (byte & 0x3f) | 0x80;
  return byte;
}
