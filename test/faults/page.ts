/** `node test/faults/page.ts` writes docs/faults.md from the table; a test compares the two. */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { faultsInWords } from './table.ts';

export const PAGE = 'docs/faults.md';

const HEAD = `# When something fails

What the rep sees, what is tried again and when, and why nothing is lost or doubled. Each row is a test of that name in
\`test/faults/\`: it clicks through the signed API, reads the card's answer, moves the clock to the millisecond before and
to the millisecond of the next try, and takes the emulated HubSpot's own state and request log as the witness. The table
is written from the list that those tests run (\`test/faults/table.ts\`).

In words of the card: *To do* has not happened and is tried again, *Being checked* may have happened. A wait of more than
a minute is told with its end ("Next try: 24 Nov 2026, 00:00."). Waits grow from these with every failure of the same
step, to ten minutes at most; after about three days the step is given up, and the card says so. What the rep answered
stands from the first click on, whatever HubSpot does.

| what goes wrong | what the rep sees | what is tried again, and when | why nothing is lost or doubled |
|---|---|---|---|
`;

const TAIL = `
All of HubSpot's faults mixed at random, drawn by a seed, over 5,000 leads, with every lead compared afterwards in what the
rep was told, what HubSpot holds and what the app wrote down: \`npm run jest -- test/faults/mix\`, a part of \`npm test\`. It
prints its seed and how many calls met a fault. \`FAULT_SEED=11\` draws other faults, \`FAULT_LEADS=1000\` fewer leads, and
\`FAULT_DATABASE=postgres://…\` keeps them in PostgreSQL. \`npm run replay -- --leads FILE.csv --faults 7\` does the same with
your leads. The clock is moved over the waits between two tries, whenever nothing can be done and nothing is under way.

| leads | seed | store | calls | of them met a fault | from the first click until nothing was owed | disagreements |
|---|---|---|---|---|---|---|
| 5,000 | 7 | embedded | 2,230 | 254 | 130 s | 0 |
| 5,000 | 4711 | PostgreSQL | 2,081 | 187 | 80 s | 0 |

Measured on two cores that other work shared. About one call in ten met a fault; the calls are few since steps go in batches.

How the faults are made: HubSpot's by the sandbox's control plane (\`sandbox/crm/README.md\`); a restart of PostgreSQL with a
cluster of the test's own, stopped without warning; a full disk by refusing, in the server's process, every write that
would make a file longer, as a full disk does.
`;

export const renderFaultsPage = (): string => {
  const rows = faultsInWords().map(
    ({ fault, seen, again, kept }) => `| ${[fault, seen, again, kept].join(' | ')} |`,
  );
  return `${HEAD}${rows.join('\n')}\n${TAIL}`;
};

if (process.argv[1] === import.meta.filename)
  await writeFile(path.resolve(import.meta.dirname, '../..', PAGE), renderFaultsPage());
