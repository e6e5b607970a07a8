/** Rows of things that can be switched off, of one kind and in one place. */

import type { Switch } from './switches.ts';

type Edit = Pick<Switch, 'off' | 'text' | 'instead'>;
/** `kind` stands before what is off, so that all of a kind can be tried: `--only "gate rule"`. */
export const rows = (
  kind: string,
  place: Pick<Switch, 'file' | 'testFile'>,
  named: readonly (Edit & Pick<Switch, 'testName'>)[],
): readonly Switch[] => named.map((row) => ({ ...row, ...place, off: `${kind}: ${row.off}` }));
