import { Accordion, Flex, List, Text } from '@hubspot/ui-extensions';
import type { CardView } from '@mql-rejection-loop/domain/contract';
import { ruleLine, WORDS } from './words.ts';

type Props = { readonly gate: CardView['gate'] };

/** Whether a rejected lead may come back to sales: one sentence, and beneath it what each rule says. */
export function Gate({ gate }: Props) {
  if (gate === null) return null;
  return (
    <Flex direction="column" gap="xs">
      <Text>{gate.sentence}</Text>
      <Accordion title={WORDS.gateRules} size="sm">
        <List variant="unordered-styled">
          {gate.rules.map((rule) => (
            <Text key={rule.label}>{ruleLine(rule)}</Text>
          ))}
        </List>
      </Accordion>
    </Flex>
  );
}
