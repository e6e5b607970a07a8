import { Checkbox, Table } from '@mantine/core';
import { useState } from 'react';
import { isRead, usePulse } from '../pulse.tsx';
import { EmptyView } from '../states.tsx';

/** What was really asked of the emulated API, newest first, as it happens. */
export const RequestLog = () => {
  const { log } = usePulse();
  const [reads, setReads] = useState(false);
  const entries = log
    .filter(({ actor }) => actor !== 'crm-ui')
    .filter((entry) => reads || !isRead(entry) || entry.status >= 400)
    .toReversed();
  return (
    <>
      <Checkbox
        label="Show readings too"
        description="What this page reads for itself is not in the log."
        checked={reads}
        onChange={(event) => setReads(event.currentTarget.checked)}
        mb="sm"
      />
      {entries.length === 0 ? (
        <EmptyView>The app has asked HubSpot for nothing since this page was opened.</EmptyView>
      ) : (
        <Table verticalSpacing={4} className="log">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Status</Table.Th>
              <Table.Th>Request</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <Table.Tr key={entry.seq}>
                <Table.Td className={entry.status >= 400 ? 'text-danger' : 'text-success'}>
                  {entry.status}
                  {entry.policyName && <div className="hint">{entry.policyName}</div>}
                </Table.Td>
                <Table.Td className="breakable">
                  <code>
                    {entry.method} {entry.path}
                  </code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
};
