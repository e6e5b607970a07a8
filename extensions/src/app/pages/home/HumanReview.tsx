import {
  Button,
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
import type { ReviewPage, ReviewRequest } from '@mql-rejection-loop/domain/contract/guard';
import { useCallback, useState } from 'react';
import type { HomeApi } from './api.ts';
import { Escalations } from './Escalations.tsx';
import { LookedUp } from './LookedUp.tsx';
import { Pages } from './Pages.tsx';
import { useLook } from './useLook.ts';
import { howItCame, shortName, WORDS } from './words.ts';

type Row = ReviewPage['rows'][number];
type Resolution = ReviewRequest['resolution'];

/** What only a person can decide: leads that would come back for the third time, and odd patterns of many. */
export function HumanReview({ api }: { readonly api: HomeApi }) {
  const [after, setAfter] = useState<string | null>(null);
  const [look, again] = useLook(useCallback(() => api.readReviews(after), [api, after]));
  return (
    <Flex direction="column" gap="md">
      <Heading>{WORDS.reviewTitle}</Heading>
      <Text variant="microcopy">{WORDS.reviewIntro}</Text>
      <LookedUp look={look} again={again} loading={WORDS.reviewLoading}>
        {({ sentence, rows, next }) => (
          <Flex direction="column" gap="md">
            <Text format={{ fontWeight: 'demibold' }}>{sentence}</Text>
            {rows.length > 0 && (
              <Table bordered density="condensed">
                <TableHead>
                  <TableRow>
                    {WORDS.reviewColumns.map((title) => (
                      <TableHeader key={title}>{title}</TableHeader>
                    ))}
                  </TableRow>
                </TableHead>
                <TableBody>
                  {rows.map((row) => (
                    <ReviewRow key={row.id} row={row} api={api} />
                  ))}
                </TableBody>
              </Table>
            )}
            <Pages after={after} next={next} onTurn={setAfter} />
          </Flex>
        )}
      </LookedUp>
      <Escalations api={api} />
    </Flex>
  );
}

function ReviewRow({ row, api }: { readonly row: Row; readonly api: HomeApi }) {
  const [said, decide] = useDecision(row, api);
  return (
    <TableRow>
      <TableCell>
        <Flex direction="column" gap="flush">
          <Link href={{ url: row.link, external: true }}>{shortName(row.name)}</Link>
          <Text variant="microcopy">{howItCame(row)}</Text>
        </Flex>
      </TableCell>
      <TableCell>
        <Lines lines={row.sales} />
      </TableCell>
      <TableCell>
        <Lines lines={row.marketing} />
      </TableCell>
      <TableCell>
        {said.kind === 'decided' ? (
          <Text>{said.sentence}</Text>
        ) : (
          <Flex direction="column" gap="xs" align="start">
            <Button
              size="xs"
              variant="primary"
              disabled={said.kind === 'sending'}
              onClick={() => decide('hand_off_again')}
            >
              {WORDS.handOffAgain}
            </Button>
            <Button size="xs" disabled={said.kind === 'sending'} onClick={() => decide('keep_in_nurture')}>
              {WORDS.keepInNurture}
            </Button>
            {said.kind === 'not-decided' && <Text>{said.sentence}</Text>}
          </Flex>
        )}
      </TableCell>
    </TableRow>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return <Text variant="microcopy">–</Text>;
  return (
    <List variant="unordered">
      {lines.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
    </List>
  );
}

type Said =
  | { readonly kind: 'open' | 'sending' }
  | { readonly kind: 'decided' | 'not-decided'; readonly sentence: string };

/** A decision of one row: sent once at a time, and answered in the row. */
function useDecision(row: Row, api: HomeApi): readonly [Said, (resolution: Resolution) => void] {
  const [said, setSaid] = useState<Said>({ kind: 'open' });
  const decide = async (resolution: Resolution): Promise<void> => {
    setSaid({ kind: 'sending' });
    const result = await api.decideReview(row.id, { resolution });
    setSaid(
      result.kind === 'answer'
        ? { kind: 'decided', sentence: result.answer.sentence }
        : { kind: 'not-decided', sentence: result.sentence },
    );
  };
  return [said, (resolution) => void decide(resolution)];
}
