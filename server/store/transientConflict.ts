/** SQLSTATEs after which the same transaction can succeed when it is run again: serialization failure, deadlock. */
const TRANSIENT_STATES: ReadonlySet<unknown> = new Set(['40001', '40P01']);

/** Whether the database took this transaction back because of another one, and running it again can help. */
export function isTransientConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && TRANSIENT_STATES.has(error.code);
}
