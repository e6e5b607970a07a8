import type { Request } from 'express';
import { toStorable } from '../../src/text.ts';
import { AppError } from './errors.ts';

/** The bytes that came, which are what HubSpot signed. */
export const rawBodyOf = ({ body }: Request): Uint8Array => (Buffer.isBuffer(body) ? body : new Uint8Array());

/**
 * Reads a signed body as JSON.
 *
 * @throws AppError `body-not-json-type`, `body-not-utf8`, `body-not-json`, or `body-invalid` for a `__proto__`
 */
export const readJson = (req: Request): unknown => {
  if (!isJson(req.headers['content-type'])) throw new AppError('body-not-json-type');
  const text = decode(rawBodyOf(req));
  try {
    return JSON.parse(text, refuseUnusable) as unknown;
  } catch (error) {
    if (error instanceof AppError) throw error;
    // The cause is left out on purpose: the engine quotes the body in it, and the body holds a person's words.
    // A body nested too deeply for the engine ends here too (RangeError).
    throw new AppError('body-not-json');
  }
};

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('body-not-utf8', { cause: error });
  }
};

const isJson = (contentType = ''): boolean =>
  /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(contentType.trim());

/**
 * JSON may hold an own field `__proto__`, which becomes the prototype of whatever it is later copied into; and of every
 * text only what can be kept is taken.
 */
const refuseUnusable = (field: string, value: unknown): unknown => {
  if (field === '__proto__') throw new AppError('body-invalid', { detail: 'There is no field __proto__.' });
  return typeof value === 'string' ? toStorable(value) : value;
};
