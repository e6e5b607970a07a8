import {
  Accordion,
  Button,
  Divider,
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
import type {
  DisputedLead,
  DisputePage,
  DisputeQuestion,
} from '@mql-rejection-loop/domain/contract/disputes';
import { useCallback, useState } from 'react';
import type { HomeApi } from './api.ts';
import { DisputeForm } from './DisputeForm.tsx';
import { LookedUp } from './LookedUp.tsx';
import { Pages } from './Pages.tsx';
import { useLook } from './useLook.ts';
import { decideLabel, shortName, WORDS } from './words.ts';

/** Questions where records and reasons differ, three leads side by side, and what came of earlier decisions. */
export function Disputes({ api }: { readonly api: HomeApi }) {
  const [after, setAfter] = useState<string | null>(null);
  const [look, again] = useLook(useCallback(() => api.readDisputes(after), [api, after]));
  return (
    <Flex direction="column" gap="md">
      <Heading>{WORDS.disputesTitle}</Heading>
      <Text variant="microcopy">{WORDS.disputesIntro}</Text>
      <LookedUp look={look} again={again} loading={WORDS.disputesLoading}>
        {(page) => (
          <Flex direction="column" gap="md">
            <Text format={{ fontWeight: 'demibold' }}>{page.sentence}</Text>
            {page.may.why !== null && page.total > 0 && <Text variant="microcopy">{page.may.why}</Text>}
            {page.questions.map((question) => (
              <Question key={question.entryIds[0]} question={question} page={page} api={api} />
            ))}
            <Pages after={after} next={page.next} onTurn={setAfter} />
            <Decided decided={page.decided} />
          </Flex>
        )}
      </LookedUp>
    </Flex>
  );
}

type Props = {
  readonly question: DisputeQuestion;
  readonly page: DisputePage;
  readonly api: HomeApi;
};

function Question({ question, page, api }: Props) {
  const [deciding, setDeciding] = useState(false);
  const [decided, setDecided] = useState<string | null>(null);
  return (
    <Flex direction="column" gap="sm">
      <Divider />
      <Heading>{question.title}</Heading>
      <Text>{question.sentence}</Text>
      <SideBySide leads={question.shown} />
      {decided !== null && <Text>{decided}</Text>}
      {decided === null && page.may.allowed && !deciding && (
        <Flex direction="row">
          <Button onClick={() => setDeciding(true)}>{decideLabel(question.title)}</Button>
        </Flex>
      )}
      {decided === null && deciding && (
        <DisputeForm
          question={question}
          page={page}
          api={api}
          onDecided={setDecided}
          onCancel={() => setDeciding(false)}
        />
      )}
    </Flex>
  );
}

type Line = { readonly title: string; readonly of: (lead: DisputedLead) => readonly string[] };

const LINES: readonly Line[] = [
  { title: WORDS.disputeFacts, of: ({ facts }) => facts },
  { title: WORDS.disputeReason, of: ({ reason }) => [reason] },
  { title: WORDS.disputeEvidence, of: ({ evidence }) => [evidence] },
  { title: WORDS.disputeContact, of: ({ contact }) => [contact] },
  { title: WORDS.disputeResponse, of: ({ response }) => [response] },
  { title: WORDS.disputeNote, of: ({ note }) => (note === null ? [] : [`“${note}”`]) },
];

/** A lead in each column, so that the eye compares along a row. */
function SideBySide({ leads }: { readonly leads: readonly DisputedLead[] }) {
  return (
    <Table bordered density="condensed">
      <TableHead>
        <TableRow>
          <TableHeader>{WORDS.disputeLead}</TableHeader>
          {leads.map(({ entryId, name, link }) => (
            <TableHeader key={entryId}>
              <Link href={{ url: link, external: true }}>{shortName(name)}</Link>
            </TableHeader>
          ))}
        </TableRow>
      </TableHead>
      <TableBody>
        {LINES.map(({ title, of }) => (
          <TableRow key={title}>
            <TableCell>{title}</TableCell>
            {leads.map((lead) => (
              <TableCell key={lead.entryId}>
                <Lines lines={of(lead)} />
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  const [only] = lines;
  if (only === undefined) return <Text variant="microcopy">–</Text>;
  if (lines.length === 1) return <Text>{only}</Text>;
  return (
    <List variant="unordered">
      {lines.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
    </List>
  );
}

function Decided({ decided }: Pick<DisputePage, 'decided'>) {
  if (decided.length === 0) return null;
  return (
    <Accordion title={WORDS.disputesDecided} defaultOpen>
      <Flex direction="column" gap="sm">
        {decided.map(({ id, title, decision, effect }) => (
          <Flex key={id} direction="column" gap="flush">
            <Text format={{ fontWeight: 'demibold' }}>{title}</Text>
            <Text>{decision}</Text>
            <Text variant="microcopy">{effect}</Text>
          </Flex>
        ))}
      </Flex>
    </Accordion>
  );
}
