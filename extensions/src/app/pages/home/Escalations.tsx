import { Button, Flex, Heading, Link, List, Select, Text, TextArea, Tile } from '@hubspot/ui-extensions';
import type { EscalationPage, EscalationRequest } from '@mql-rejection-loop/domain/contract/escalations';
import { useCallback, useState } from 'react';
import type { HomeApi } from './api.ts';
import { LookedUp } from './LookedUp.tsx';
import { useLook } from './useLook.ts';
import { moreLeads, WORDS } from './words.ts';

type Row = EscalationPage['rows'][number];

/** Companies and segments that are turned down beyond chance: the leads behind them, and three questions. */
export function Escalations({ api }: { readonly api: HomeApi }) {
  const [look, again] = useLook(useCallback(() => api.readEscalations(), [api]));
  return (
    <Flex direction="column" gap="md">
      <Heading>{WORDS.escalationsTitle}</Heading>
      <LookedUp look={look} again={again} loading={WORDS.escalationsLoading}>
        {(page) => (
          <Flex direction="column" gap="md">
            <Text format={{ fontWeight: 'demibold' }}>{page.sentence}</Text>
            {page.notEnough !== null && <Text variant="microcopy">{page.notEnough}</Text>}
            {page.rows.map((row) => (
              <Pattern key={row.id} row={row} page={page} api={api} />
            ))}
            {page.resolved.length > 0 && (
              <Flex direction="column" gap="xs">
                <Text format={{ fontWeight: 'demibold' }}>{WORDS.escalationsResolved}</Text>
                <List variant="unordered">
                  {page.resolved.map(({ id, title, sentence }) => (
                    <Text key={id}>
                      {title}: {sentence}
                    </Text>
                  ))}
                </List>
              </Flex>
            )}
          </Flex>
        )}
      </LookedUp>
    </Flex>
  );
}

function Pattern({
  row,
  page,
  api,
}: {
  readonly row: Row;
  readonly page: EscalationPage;
  readonly api: HomeApi;
}) {
  return (
    <Tile compact>
      <Flex direction="column" gap="sm">
        <Heading>{row.title}</Heading>
        <Text>{row.sentence}</Text>
        <List variant="unordered">
          {row.leads.map((lead, place) => (
            // A person may have been rejected twice.
            <Text key={`${lead.contactId} ${place}`}>
              <Link href={{ url: lead.link, external: true }}>{lead.name}</Link>
              {`: ${lead.reason}, ${lead.age} ago, ${lead.owner}`}
            </Text>
          ))}
        </List>
        {row.more > 0 && <Text variant="microcopy">{moreLeads(row.more)}</Text>}
        <Resolution row={row} page={page} api={api} />
      </Flex>
    </Tile>
  );
}

type Said =
  | { readonly kind: 'open' | 'sending' }
  | { readonly kind: 'resolved' | 'not-resolved'; readonly sentence: string };

/** The three questions; all of them have to be answered. */
function Resolution({
  row,
  page,
  api,
}: {
  readonly row: Row;
  readonly page: EscalationPage;
  readonly api: HomeApi;
}) {
  const [verdicts, setVerdicts] = useState<Readonly<Record<string, string>>>({});
  const [text, setText] = useState('');
  const [said, setSaid] = useState<Said>({ kind: 'open' });
  if (said.kind === 'resolved') return <Text>{said.sentence}</Text>;
  const complete = page.questions.every(({ value }) => (verdicts[value] ?? '') !== '');
  const send = async (): Promise<void> => {
    setSaid({ kind: 'sending' });
    // Questions and answers are the server's own lists, which it reads again.
    const result = await api.decideEscalation(row.id, { verdicts, text } as EscalationRequest);
    setSaid(
      result.kind === 'answer'
        ? { kind: 'resolved', sentence: result.answer.sentence }
        : { kind: 'not-resolved', sentence: result.sentence },
    );
  };
  return (
    <Flex direction="column" gap="xs" align="start">
      {page.questions.map(({ value, label }) => (
        <Select
          key={value}
          name={`${value}-${row.id}`}
          label={label}
          required
          readOnly={said.kind === 'sending'}
          options={page.verdicts}
          value={verdicts[value] ?? ''}
          onChange={(chosen) => setVerdicts((before) => ({ ...before, [value]: String(chosen) }))}
        />
      ))}
      <TextArea
        name={`text-${row.id}`}
        label={WORDS.escalationText}
        rows={2}
        readOnly={said.kind === 'sending'}
        value={text}
        onInput={setText}
        onChange={setText}
      />
      <Button
        size="xs"
        variant="primary"
        disabled={said.kind === 'sending' || !complete}
        onClick={() => void send()}
      >
        {said.kind === 'sending' ? WORDS.sending : WORDS.resolveEscalation}
      </Button>
      {said.kind === 'not-resolved' && <Text>{said.sentence}</Text>}
    </Flex>
  );
}
