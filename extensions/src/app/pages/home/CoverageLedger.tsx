import {
  Flex,
  Heading,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import { useCallback } from 'react';
import type { HomeApi } from './api.ts';
import { LookedUp } from './LookedUp.tsx';
import { useLook } from './useLook.ts';
import { WORDS } from './words.ts';

/** Rejections by the way that they came, with and without a reason. */
export function CoverageLedger({ api }: { readonly api: HomeApi }) {
  const [look, again] = useLook(useCallback(() => api.readCoverage(), [api]));
  return (
    <Flex direction="column" gap="md">
      <Heading>{WORDS.coverageTitle}</Heading>
      <Text variant="microcopy">{WORDS.coverageIntro}</Text>
      <LookedUp look={look} again={again} loading={WORDS.coverageLoading}>
        {({ sentence, paths }) => (
          <Flex direction="column" gap="md">
            <Text format={{ fontWeight: 'demibold' }}>{sentence}</Text>
            {paths.length > 0 && (
              <Table bordered density="condensed">
                <TableHead>
                  <TableRow>
                    {WORDS.coverageColumns.map((title) => (
                      <TableHeader key={title}>{title}</TableHeader>
                    ))}
                  </TableRow>
                </TableHead>
                <TableBody>
                  {paths.map(({ path, label, withReason, missing, invalid, followedUp, open }) => (
                    <TableRow key={path}>
                      <TableCell>{label}</TableCell>
                      <TableCell>{withReason}</TableCell>
                      <TableCell>{missing}</TableCell>
                      <TableCell>{invalid}</TableCell>
                      <TableCell>{followedUp}</TableCell>
                      <TableCell>{open}</TableCell>
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            )}
          </Flex>
        )}
      </LookedUp>
    </Flex>
  );
}
