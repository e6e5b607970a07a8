import { Button, Flex, Text } from '@hubspot/ui-extensions';
import type {
  DefinitionKind,
  DefinitionView,
  DraftRequest,
  IcpContent,
} from '@mql-rejection-loop/domain/contract/settings';
import { LinesField, NumberField, TextField } from './fields.tsx';
import { Outcome } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page } from './useSettings.ts';
import { WORDS } from './words.ts';

type Content = DefinitionView['content'];
type Props = { readonly page: Page; readonly kind: DefinitionKind; readonly first: Content };

/** Writes a draft. It changes nothing by itself: both sides sign it first. */
export function DefinitionEditor({ page, kind, first }: Props) {
  const { draft: content, change: setContent, latest } = useDraft<Content>(first);
  const saving = useSaving(page, kind);
  const at = (name: string): string | null => saving.problemAt(`definitions.${kind}.${name}`);
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), value: latest() }, (request: DraftRequest) =>
      page.api.draft(kind, request),
    );
  const sending = saving.state.kind === 'sending';
  return (
    <Flex direction="column" gap="sm">
      <Text variant="microcopy">{WORDS.draftMeaning}</Text>
      {'text' in content ? (
        <TextField
          name={`${kind}.text`}
          label="Definition"
          rows={5}
          first={content.text}
          problem={at('text')}
          onType={(text) => setContent((before) => ({ ...before, text }))}
        />
      ) : (
        <IcpFields
          content={content}
          at={at}
          onChange={(over) => setContent((before) => ({ ...before, ...over }))}
        />
      )}
      <TextField
        name={`${kind}.url`}
        label="Link to the full text"
        first={content.url ?? ''}
        problem={at('url')}
        onType={(url) => setContent((before) => ({ ...before, url: url.trim() === '' ? null : url.trim() }))}
      />
      <Outcome page={page} saving={saving} onRetry={save} />
      <Flex direction="row">
        <Button variant="primary" onClick={save} disabled={sending}>
          {sending ? WORDS.saving : WORDS.saveDraft}
        </Button>
      </Flex>
    </Flex>
  );
}

type IcpProps = {
  readonly content: IcpContent;
  readonly at: (name: string) => string | null;
  readonly onChange: (over: Partial<IcpContent>) => void;
};

const LISTS = [
  { key: 'countries', label: 'Countries, as this portal writes them; empty for any' },
  { key: 'industries', label: 'Industries, as this portal writes them; empty for any' },
  { key: 'excludedTitleWords', label: 'Words in a job title that put a person outside' },
] as const satisfies readonly { key: keyof IcpContent; label: string }[];

function IcpFields({ content, at, onChange }: IcpProps) {
  return (
    <>
      <NumberField
        name="icp.minEmployees"
        label="Smallest company, in people; empty for any"
        first={content.minEmployees}
        problem={at('minEmployees')}
        onType={(minEmployees) => onChange({ minEmployees })}
      />
      <NumberField
        name="icp.maxEmployees"
        label="Largest company, in people; empty for any"
        first={content.maxEmployees}
        problem={at('maxEmployees')}
        onType={(maxEmployees) => onChange({ maxEmployees })}
      />
      {LISTS.map(({ key, label }) => (
        <LinesField
          key={key}
          name={`icp.${key}`}
          label={label}
          description={WORDS.onePerLine}
          first={content[key]}
          problem={at(key)}
          onType={(lines) => onChange({ [key]: lines })}
        />
      ))}
    </>
  );
}
