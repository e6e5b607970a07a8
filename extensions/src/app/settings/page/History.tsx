import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow, Text } from '@hubspot/ui-extensions';
import type { Page } from './useSettings.ts';
import { dayAndTime, WORDS } from './words.ts';

/** Every version: which, what, who, when. */
export function History({ page }: { readonly page: Page }) {
  const { history } = page.view;
  if (history.length === 0) return <Text>{WORDS.noVersions}</Text>;
  return (
    <Table bordered>
      <TableHead>
        <TableRow>
          <TableHeader>Version</TableHeader>
          <TableHeader>Changed</TableHeader>
          <TableHeader>By</TableHeader>
          <TableHeader>When</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {history.map(({ version, what, by, at }) => (
          <TableRow key={version}>
            <TableCell>{version}</TableCell>
            <TableCell>{what}</TableCell>
            <TableCell>{by}</TableCell>
            <TableCell>{dayAndTime(at, page.timeZone)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
