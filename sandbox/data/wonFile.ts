import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { type Columns, LeadsFileError, locateId } from './columns.ts';

/**
 * The ids in a CSV file, e.g. of won leads.
 *
 * @throws LeadsFileError when there is no such file, or it has no column of ids
 */
export const readIds = async (file: string, columns: Columns): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  let place: number | undefined;
  try {
    await pipeline(
      createReadStream(file),
      parse({ bom: true, relax_column_count: true, skip_empty_lines: true }),
      async (rows: AsyncIterable<readonly string[]>) => {
        for await (const row of rows)
          if (place === undefined) place = locateId(row, columns);
          else ids.add((row[place] ?? '').trim());
      },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new LeadsFileError(`There is no file ${file}.`, { cause: error });
    throw error;
  }
  return ids;
};
