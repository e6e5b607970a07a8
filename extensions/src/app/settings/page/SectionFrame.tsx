import { Alert, Button, Flex, Heading, Text } from '@hubspot/ui-extensions';
import type { Section } from '@mql-rejection-loop/domain/contract/settings';
import type { ReactNode } from 'react';
import type { Page, Saving } from './useSettings.ts';
import { SECTION_WORDS, WORDS } from './words.ts';

type Props = {
  readonly page: Page;
  readonly section: Section;
  readonly saving: Saving;
  readonly onSave: () => void;
  readonly children: ReactNode;
};

/** A section: what it decides, its fields, Save, and what became of it. */
export function SectionFrame({ page, section, saving, onSave, children }: Props) {
  const { title, intro } = SECTION_WORDS[section];
  const sending = saving.state.kind === 'sending';
  return (
    <Flex direction="column" gap="md">
      <Heading>{title}</Heading>
      <Text>{intro}</Text>
      {children}
      <Outcome page={page} saving={saving} onRetry={onSave} />
      <Flex direction="row">
        <Button variant="primary" onClick={onSave} disabled={sending || !page.view.may.save.allowed}>
          {sending ? WORDS.saving : WORDS.save}
        </Button>
      </Flex>
    </Flex>
  );
}

type OutcomeProps = { readonly page: Page; readonly saving: Saving; readonly onRetry: () => void };

/** Why nothing was saved, with the way out. */
export function Outcome({ page, saving, onRetry }: OutcomeProps) {
  const { state } = saving;
  if (!('sentence' in state)) return null;
  const changed =
    state.kind === 'refused' && (state.refusal === 'settings-changed' || state.refusal === 'draft-replaced');
  const title = changed
    ? WORDS.changedMeanwhile
    : state.kind === 'refused'
      ? WORDS.notSaved
      : WORDS.notThrough;
  return (
    <Alert title={title} variant="warning">
      <Flex direction="column" gap="sm" align="start">
        <Text>{state.sentence}</Text>
        {changed && (
          <Button size="sm" onClick={page.reload}>
            {WORDS.reload}
          </Button>
        )}
        {!changed && state.retry && (
          <Button size="sm" onClick={onRetry}>
            {WORDS.tryAgain}
          </Button>
        )}
      </Flex>
    </Alert>
  );
}
