import { Box, Flex, StatusTag, Text } from '@hubspot/ui-extensions';
import type { StepView } from '@mql-rejection-loop/domain/contract';
import { STEP_STATE } from './words.ts';

/** What is done, under way or not possible; each with its reason where there is one. */
export function Steps({ steps }: { readonly steps: readonly StepView[] }) {
  return (
    <Flex direction="column" gap="xs">
      {steps.map((each, at) => (
        // Steps never change their order, and two may bear the same label.
        <Flex key={at} direction="row" gap="sm" align="baseline">
          <Box flex="none">
            <StatusTag variant={STEP_STATE[each.state].variant}>{STEP_STATE[each.state].label}</StatusTag>
          </Box>
          <Box flex={1}>
            <Text>{each.detail === null ? each.label : `${each.label}: ${each.detail}`}</Text>
          </Box>
        </Flex>
      ))}
    </Flex>
  );
}
