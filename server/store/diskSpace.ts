/**
 * Guard 4 of the embedded store: it begins nothing that the disk might not take to its end. PostgreSQL stops itself
 * when its write-ahead log cannot grow, and inside of our process it takes the server along; so work is turned away,
 * with an error that says "later", while there is still room for the log.
 */

// The default import, so that a test can make the disk look full.
import fs from 'node:fs';
import { StoreUnavailableError } from './storeUnavailable.ts';

/** Four segments of the write-ahead log: far more than what is under way at any time can write. */
export const RESERVE_BYTES = 64 * 1024 * 1024;

/** Throws a StoreUnavailableError where the disk of `directory` has less than the reserve left. */
export function assertRoom(directory: string): void {
  // A system call of a few microseconds: cheap enough to ask each time, so that room is noticed as soon as it is there.
  const { bavail, bsize } = fs.statfsSync(directory);
  if (bavail * bsize >= RESERVE_BYTES) return;
  throw new StoreUnavailableError(
    new Error(
      `The disk that holds ${directory} has less than ${RESERVE_BYTES / 1024 / 1024} MB left. Make room on it.`,
    ),
  );
}
