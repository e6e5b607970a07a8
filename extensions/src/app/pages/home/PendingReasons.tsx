import {
  Flex,
  Heading,
  Link,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import { useCallback, useState } from 'react';
import type { HomeApi } from './api.ts';
import { LookedUp } from './LookedUp.tsx';
import { Pages } from './Pages.tsx';
import { useLook } from './useLook.ts';
import { howItCame, shortName, WORDS } from './words.ts';

/** Rejections that were made around the card and wait for their reason, oldest first. */
export function PendingReasons({ api }: { readonly api: HomeApi }) {
  const [after, setAfter] = useState<string | null>(null);
  const [look, again] = useLook(useCallback(() => api.readPending(after), [api, after]));
  return (
    <Flex direction="column" gap="md">
      <Heading>{WORDS.pendingTitle}</Heading>
      <Text variant="microcopy">{WORDS.pendingIntro}</Text>
      <LookedUp look={look} again={again} loading={WORDS.pendingLoading}>
        {({ sentence, rows, next }) => (
          <Flex direction="column" gap="md">
            <Text format={{ fontWeight: 'demibold' }}>{sentence}</Text>
            {rows.length > 0 && (
              <Table bordered density="condensed">
                <TableHead>
                  <TableRow>
                    {WORDS.pendingColumns.map((title) => (
                      <TableHeader key={title}>{title}</TableHeader>
                    ))}
                  </TableRow>
                </TableHead>
                <TableBody>
                  {rows.map((row) => (
                    <TableRow key={row.id}>
                      <TableCell>
                        <Link href={{ url: row.link, external: true }}>{shortName(row.name)}</Link>
                      </TableCell>
                      <TableCell>{howItCame(row)}</TableCell>
                      <TableCell>{row.sentence}</TableCell>
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
