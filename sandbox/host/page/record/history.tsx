import { Table } from '@mantine/core';
import type { PropertyVersion } from '../crm.ts';
import { momentIn, toMillis } from '../moments.ts';
import { nameOf, useSession } from '../session.tsx';
import { readable } from './property-value.tsx';
import type { FullRecord } from './read-record.ts';
import { ScrollBox } from '../scroll-box.tsx';

const SHOWN = 200;

/** Every change of every property, newest first: what it became, when, and by whom. */
export const History = ({ record }: { record: FullRecord }) => {
  const { config } = useSession();
  const { object, definitions } = record;
  const changes = Object.entries(object.propertiesWithHistory ?? {})
    .flatMap(([name, versions]) => versions.map((version) => ({ name, version })))
    .sort((a, b) => (toMillis(b.version.timestamp) ?? 0) - (toMillis(a.version.timestamp) ?? 0));
  const by = ({ updatedByUserId, sourceLabel, sourceType, sourceId }: PropertyVersion): string => {
    const user = config.users.find(({ id }) => id === updatedByUserId);
    return user ? nameOf(user) : (sourceLabel ?? [sourceType, sourceId].filter(Boolean).join(' '));
  };
  return (
    <ScrollBox>
      <Table verticalSpacing={6} withTableBorder className="list-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Property</Table.Th>
            <Table.Th>Became</Table.Th>
            <Table.Th>By</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.slice(0, SHOWN).map(({ name, version }, index) => {
            const definition = definitions.find((one) => one.name === name);
            return (
              <Table.Tr key={`${name}-${version.timestamp}-${index}`}>
                <Table.Td>{momentIn(config.timeZone, toMillis(version.timestamp) ?? 0)}</Table.Td>
                <Table.Td title={name}>{definition?.label ?? name}</Table.Td>
                <Table.Td className="breakable">
                  {version.value === '' ? 'empty' : readable(definition, version.value, config.timeZone)}
                </Table.Td>
                <Table.Td>{by(version)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {changes.length > SHOWN && (
        <p className="hint">
          The newest {SHOWN} of {changes.length} changes.
        </p>
      )}
    </ScrollBox>
  );
};
