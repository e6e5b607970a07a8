import {
  Flex,
  Heading,
  Link,
  List,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import type { FollowUpPage } from '@mql-rejection-loop/domain/contract/followUp';
import { useCallback, useState, type ReactNode } from 'react';
import type { Result } from './call.ts';
import { LookedUp } from './LookedUp.tsx';
import { Pages } from './Pages.tsx';
import { useLook } from './useLook.ts';
import { shortName, WORDS } from './words.ts';

type Props = {
  readonly title: string;
  /** Who is in it, in a sentence. */
  readonly intro: string;
  readonly loading: string;
  readonly read: (after: string | null) => Promise<Result<FollowUpPage>>;
  /** What a person can do about a row; nothing where it is left out. */
  readonly act?: (row: FollowUpPage['rows'][number]) => ReactNode;
};

/** Leads that wait for something: what, since when, and when it goes on. */
export function FollowUpQueue({ title, intro, loading, read, act }: Props) {
  const [after, setAfter] = useState<string | null>(null);
  const [look, again] = useLook(useCallback(() => read(after), [read, after]));
  return (
    <Flex direction="column" gap="md">
      <Heading>{title}</Heading>
      <Text variant="microcopy">{intro}</Text>
      <LookedUp look={look} again={again} loading={loading}>
        {({ sentence, rows, next }) => (
          <Flex direction="column" gap="md">
            <Text format={{ fontWeight: 'demibold' }}>{sentence}</Text>
            {rows.length > 0 && (
              <Table bordered density="condensed">
                <TableHead>
                  <TableRow>
                    {WORDS.followUpColumns.map((column) => (
                      <TableHeader key={column}>{column}</TableHeader>
                    ))}
                  </TableRow>
                </TableHead>
                <TableBody>
                  {rows.map((row) => (
                    <TableRow key={row.id}>
                      <TableCell>
                        <Link href={{ url: row.link, external: true }}>{shortName(row.name)}</Link>
                      </TableCell>
                      <TableCell>{row.age}</TableCell>
                      <TableCell>
                        <Flex direction="column" gap="flush">
                          <Text>{row.sentence}</Text>
                          {act?.(row)}
                          {row.problems.length > 0 && (
                            <List variant="unordered">
                              {row.problems.map((problem) => (
                                <Text key={problem}>{problem}</Text>
                              ))}
                            </List>
                          )}
                        </Flex>
                      </TableCell>
                      <TableCell>{row.dueOn}</TableCell>
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            )}
            <Pages after={after} next={next} onTurn={setAfter} />
          </Flex>
        )}
      </LookedUp>
    </Flex>
  );
}
