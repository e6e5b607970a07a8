import { sql } from 'kysely';

/**
 * Begins a statement that each connection plans once: parsing and planning took longer than carrying it out. Only for
 * a text without lists of its own length, whose look-ups all go by an index whatever the tables hold.
 */
export const PLAN_KEPT = '/* plan kept */';

export const planKept = sql.raw(PLAN_KEPT);
