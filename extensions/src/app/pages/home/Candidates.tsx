import { Button, Flex, Input, Link, Text } from '@hubspot/ui-extensions';
import type { CandidatePage, FollowUpPage } from '@mql-rejection-loop/domain/contract/followUp';
import { useRef, useState } from 'react';
import type { HomeApi } from './api.ts';
import type { Result } from './call.ts';
import { chooseContact, WORDS } from './words.ts';

type Props = {
  readonly row: FollowUpPage['rows'][number];
  readonly read: HomeApi['readCandidates'];
  readonly sending: boolean;
  readonly onChoose: (contactId: string) => void;
};

/** Other contacts of the company, looked up when somebody asks for them. */
export function Candidates({ row, read, sending, onChoose }: Props) {
  const text = useRef('');
  const [found, setFound] = useState<Result<CandidatePage> | 'looking' | null>(null);
  const look = async (): Promise<void> => {
    setFound('looking');
    setFound(await read(row.id, text.current.trim()));
  };
  const type = (words: string): void => {
    text.current = words;
  };
  return (
    <Flex direction="column" gap="xs" align="start">
      <Input name={`colleague-${row.id}`} label={WORDS.colleagueWords} onInput={type} onChange={type} />
      <Button size="xs" disabled={found === 'looking'} onClick={() => void look()}>
        {WORDS.findColleagues}
      </Button>
      {found !== null && found !== 'looking' && found.kind !== 'answer' && <Text>{found.sentence}</Text>}
      {found !== null && found !== 'looking' && found.kind === 'answer' && (
        <Flex direction="column" gap="xs" align="start">
          <Text>{found.answer.sentence}</Text>
          {found.answer.candidates.map((one) => (
            <Flex key={one.contactId} direction="row" gap="sm" align="center" wrap>
              <Link href={{ url: one.link, external: true }}>{one.name}</Link>
              <Text variant="microcopy">
                {[one.jobTitle, one.email].filter((part) => part !== null).join(', ')}
              </Text>
              <Button size="xs" disabled={sending} onClick={() => onChoose(one.contactId)}>
                {chooseContact(one.name)}
              </Button>
            </Flex>
          ))}
        </Flex>
      )}
    </Flex>
  );
}
