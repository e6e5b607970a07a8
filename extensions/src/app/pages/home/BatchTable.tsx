import {
  Button,
  Checkbox,
  Flex,
  Link,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import type { BatchRow } from '@mql-rejection-loop/domain/contract/queues';
import type { BatchState } from './batchState.ts';
import { DisputeButton } from './DisputeButton.tsx';
import type { BatchControls } from './useBatch.ts';
import { rejectedBy, selectRow, shortName, WORDS } from './words.ts';

type Props = {
  readonly rows: readonly BatchRow[];
  readonly state: BatchState;
  readonly controls: BatchControls;
};

/** HubSpot draws every row at once, so a page is all there is; the server sends at most a hundred. */
export function BatchTable({ rows, state, controls }: Props) {
  return (
    <Table bordered density="condensed">
      <TableHead>
        <TableRow>
          {WORDS.columns.map((title) => (
            <TableHeader key={title}>{title}</TableHeader>
          ))}
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <Row key={row.id} row={row} state={state} controls={controls} />
        ))}
      </TableBody>
    </Table>
  );
}

function Evidence({ row: { evidence, evidenceLabel } }: { readonly row: BatchRow }) {
  switch (evidence) {
    case 'agrees':
      return <StatusTag variant="success">{evidenceLabel}</StatusTag>;
    case 'disagrees':
      return <StatusTag variant="warning">{evidenceLabel}</StatusTag>;
    case 'silent':
      return <Text variant="microcopy">{evidenceLabel}</Text>;
  }
}

function Row({ row, state, controls }: Omit<Props, 'rows'> & { readonly row: BatchRow }) {
  const busy = state.send.kind === 'sending';
  return (
    <TableRow>
      <TableCell width="min">
        <Checkbox
          name={`select-${row.id}`}
          checked={state.selected.has(row.id)}
          aria-label={selectRow(row)}
          onChange={(on) => controls.select([row.id], on)}
        />
      </TableCell>
      <TableCell>
        <Flex direction="column" gap="flush">
          <Link href={{ url: row.link, external: true }}>{shortName(row.name)}</Link>
          <Text variant="microcopy">{rejectedBy(row)}</Text>
        </Flex>
      </TableCell>
      <TableCell>
        <Flex direction="column" gap="flush">
          <Text>{row.reasonLabel}</Text>
          <Evidence row={row} />
          {row.classed != null && <Text variant="microcopy">{row.classed}</Text>}
        </Flex>
      </TableCell>
      <TableCell>
        {row.note === null ? <Text variant="microcopy">–</Text> : <Text>{row.note}</Text>}
      </TableCell>
      <TableCell>
        <Flex direction="column" gap="flush">
          <Text>{row.nextStep}</Text>
          <Text variant="microcopy">{row.nextStepOn}</Text>
        </Flex>
      </TableCell>
      <TableCell>{row.runsOn}</TableCell>
      <TableCell width="min">
        <Flex direction="row" gap="xs">
          <Button size="xs" disabled={busy} onClick={() => controls.open({ kind: 'override', row })}>
            {WORDS.override}
          </Button>
          <Button size="xs" disabled={busy} onClick={() => controls.open({ kind: 'undo', row })}>
            {WORDS.undo}
          </Button>
          <DisputeButton entryId={row.id} api={controls.api} disabled={busy} />
        </Flex>
      </TableCell>
    </TableRow>
  );
}
