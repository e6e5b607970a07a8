import { Accordion, Alert, Button, Flex, Heading, Link, Text, Tile } from '@hubspot/ui-extensions';
import type { DefinitionView, Side } from '@mql-rejection-loop/domain/contract/settings';
import { useState } from 'react';
import { DefinitionEditor } from './DefinitionEditor.tsx';
import { Outcome } from './SectionFrame.tsx';
import { useSaving, type Page } from './useSettings.ts';
import { definitionTitle, draftTitle, signedLine, WORDS } from './words.ts';

type Content = DefinitionView['content'];

/** ICP, MQL and SQL: what is in force, the draft and its signatures, earlier versions. */
export function Definitions({ page }: { readonly page: Page }) {
  return (
    <Flex direction="column" gap="md">
      {page.view.definitions.map((definition) => (
        <Definition key={page.seedOf(definition.kind)} page={page} definition={definition} />
      ))}
    </Flex>
  );
}

type Props = { readonly page: Page; readonly definition: DefinitionView };

function Definition({ page, definition }: Props) {
  const { draft, notice, earlier, content } = definition;
  return (
    <Tile>
      <Flex direction="column" gap="sm">
        <Heading>{definitionTitle(definition)}</Heading>
        <Text variant="microcopy">{definition.meaning}</Text>
        {notice !== definition.signatures && <Text>{definition.signatures}</Text>}
        {notice !== null && <Alert title={notice} variant="warning" />}
        <ContentLines content={content} />
        {draft !== null && <DraftToSign page={page} kind={definition.kind} draft={draft} />}
        {page.view.may.draft.allowed && (
          <Accordion title={draft === null ? WORDS.draft : WORDS.editDraft} size="sm">
            <DefinitionEditor page={page} kind={definition.kind} first={draft?.content ?? content} />
          </Accordion>
        )}
        {earlier.length > 0 && (
          <Accordion title={WORDS.earlier} size="sm">
            {earlier.map((line) => (
              <Text key={line}>{line}</Text>
            ))}
          </Accordion>
        )}
      </Flex>
    </Tile>
  );
}

type DraftProps = {
  readonly page: Page;
  readonly kind: DefinitionView['kind'];
  readonly draft: NonNullable<DefinitionView['draft']>;
};

function DraftToSign({ page, kind, draft }: DraftProps) {
  const saving = useSaving(page, kind);
  const { signSales, signMarketing } = page.view.may;
  const { signed, revision } = draft;
  const [last, setLast] = useState<Side | null>(null);
  const sign = (side: Side): void => {
    setLast(side);
    saving.send({ revision, side }, (request: { requestId: string; revision: number; side: Side }) =>
      page.api.sign(kind, request),
    );
  };
  const sending = saving.state.kind === 'sending';
  const sides = [
    { side: 'sales', name: signed.sales, may: signSales.allowed, label: WORDS.signSales },
    { side: 'marketing', name: signed.marketing, may: signMarketing.allowed, label: WORDS.signMarketing },
  ] as const;
  return (
    <Flex direction="column" gap="sm">
      <Text format={{ fontWeight: 'bold' }}>{draftTitle(draft.written)}</Text>
      <ContentLines content={draft.content} />
      {(draft.evidence ?? []).length > 0 && (
        <Accordion title={WORDS.openedFor} size="sm">
          {draft.evidence?.map((line) => (
            <Text key={line}>{line}</Text>
          ))}
        </Accordion>
      )}
      <Text>{signedLine('Sales', signed.sales)}</Text>
      <Text>{signedLine('Marketing', signed.marketing)}</Text>
      <Flex direction="row" gap="sm">
        {sides
          .filter(({ name, may }) => name === null && may)
          .map(({ side, label }) => (
            <Button key={side} size="sm" disabled={sending} onClick={() => sign(side)}>
              {sending ? WORDS.signing : label}
            </Button>
          ))}
      </Flex>
      <Outcome page={page} saving={saving} onRetry={() => (last === null ? undefined : sign(last))} />
    </Flex>
  );
}

function ContentLines({ content }: { readonly content: Content }) {
  return (
    <Flex direction="column" gap="xs">
      {linesOf(content).map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      {content.url !== null && <Link href={{ url: content.url, external: true }}>{content.url}</Link>}
    </Flex>
  );
}

/** A definition in lines for reading. */
function linesOf(content: Content): string[] {
  if ('text' in content) return content.text.split('\n').filter((line) => line.trim() !== '');
  const { minEmployees: min, maxEmployees: max, countries, industries, excludedTitleWords } = content;
  const size = min === null && max === null ? 'any size' : `${min ?? 1} to ${max ?? 'any number of'} people`;
  return [
    `Companies of ${size}`,
    `Countries: ${countries.length === 0 ? 'any' : countries.join(', ')}`,
    `Industries: ${industries.length === 0 ? 'any' : industries.join(', ')}`,
    `Titles with these words are outside: ${excludedTitleWords.join(', ') || 'none'}`,
  ];
}
