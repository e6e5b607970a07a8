import { Button, Checkbox, NativeSelect, Table, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { NavLink } from '../nav-link.tsx';
import { type CrmObject, type PropertyDefinition, readDefinitions, searchObjects } from '../crm.ts';
import { SelectionBar } from '../editing/selection-bar.tsx';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import { nameOf, useSession } from '../session.tsx';
import { EmptyView, ErrorView, LoadingView } from '../states.tsx';
import { Preview } from './preview.tsx';
import { readable } from './property-value.tsx';
import { ScrollBox } from '../scroll-box.tsx';

type ListType = 'contacts' | 'leads';

/** What the list of each object type shows, and what it can be narrowed by. */
const LISTS = {
  contacts: {
    title: 'Contacts',
    properties: [
      'firstname',
      'lastname',
      'email',
      'company',
      'hs_lead_status',
      'lifecyclestage',
      'hubspot_owner_id',
    ],
    columns: ['company', 'hs_lead_status', 'lifecyclestage', 'hubspot_owner_id'],
    filters: ['hs_lead_status', 'lifecyclestage'],
    sort: { propertyName: 'createdate', direction: 'DESCENDING' },
  },
  leads: {
    title: 'Leads',
    properties: ['hs_lead_name', 'hs_pipeline_stage', 'hs_lead_disqualification_reason', 'hubspot_owner_id'],
    columns: ['hs_pipeline_stage', 'hs_lead_disqualification_reason', 'hubspot_owner_id'],
    filters: ['hs_lead_disqualification_reason'],
    sort: { propertyName: 'hs_createdate', direction: 'DESCENDING' },
  },
} as const;

const PAGE = 50;
/** HubSpot's search never goes past this many results. */
const SEARCHABLE = 10_000;

export const nameOfObject = (type: ListType, { id, properties }: CrmObject): string => {
  const name =
    type === 'leads'
      ? properties['hs_lead_name']
      : [properties['firstname'], properties['lastname']].filter(Boolean).join(' ');
  return name || properties['email'] || `No name (${id})`;
};

export const RecordList = ({ type }: { type: ListType }) => {
  const { config } = useSession();
  const { revision } = usePulse();
  const list = LISTS[type];
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, 300);
  const [filters, setFilters] = useState<Readonly<Record<string, string>>>({});
  const [page, setPage] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [previewed, setPreviewed] = useState<CrmObject>();
  const definitions = useReading(`definitions/${type}`, 0, () => readDefinitions(type));
  const known = definitions.reading.status === 'success' ? definitions.reading.data : [];
  const active = Object.entries(filters).filter(([, value]) => value);
  const { reading, reload } = useReading(JSON.stringify([type, query, active, page]), revision, () =>
    searchObjects(type, {
      query,
      filters: active.map(([propertyName, value]) => ({ propertyName, operator: 'EQ', value })),
      properties: list.properties,
      sort: list.sort,
      limit: PAGE,
      ...(page > 0 && { after: String(page * PAGE) }),
    }),
  );
  const narrow = (name: string, value: string): void => {
    setFilters((before) => ({ ...before, [name]: value }));
    setPage(0);
  };
  return (
    <section className="list-page">
      <Title order={1} size="h2">
        {list.title}
      </Title>
      <div className="list-tools">
        <TextInput
          label="Search"
          placeholder="Name, e-mail, company"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setPage(0);
          }}
        />
        {list.filters.map((name) => (
          <FilterSelect
            key={name}
            definition={known.find((one) => one.name === name)}
            name={name}
            set={narrow}
            value={filters[name] ?? ''}
          />
        ))}
        <NativeSelect
          label="Owner"
          value={filters['hubspot_owner_id'] ?? ''}
          onChange={(event) => narrow('hubspot_owner_id', event.currentTarget.value)}
          data={[
            { value: '', label: 'Anyone' },
            ...config.users.flatMap((user) =>
              user.ownerId ? { value: user.ownerId, label: nameOf(user) } : [],
            ),
          ]}
        />
      </div>
      {reading.status === 'loading' && <LoadingView label={`Looking for ${list.title.toLowerCase()}`} />}
      {reading.status === 'error' && (
        <ErrorView
          title="The list could not be read"
          sentence={reading.sentence}
          retry={() => void reload()}
        />
      )}
      {reading.status === 'success' &&
        (reading.data.results.length ? (
          <>
            {selected.size > 0 && (
              <SelectionBar
                type={type}
                ids={[...selected]}
                definitions={known}
                clear={() => setSelected(new Set())}
              />
            )}
            <Rows
              type={type}
              objects={reading.data.results}
              definitions={known}
              selected={selected}
              select={setSelected}
              preview={setPreviewed}
            />
            <Pager
              page={page}
              total={reading.data.total ?? 0}
              shown={reading.data.results.length}
              go={setPage}
            />
          </>
        ) : (
          <EmptyView>
            {query || active.length
              ? 'Nothing matches. Take a filter away, or search for less.'
              : `This portal has no ${list.title.toLowerCase()} yet.`}
          </EmptyView>
        ))}
      {previewed && (
        <Preview
          key={previewed.id}
          type={type}
          id={previewed.id}
          name={nameOfObject(type, previewed)}
          close={() => setPreviewed(undefined)}
        />
      )}
    </section>
  );
};

type FilterProps = {
  readonly definition: PropertyDefinition | undefined;
  readonly name: string;
  readonly value: string;
  readonly set: (name: string, value: string) => void;
};

const FilterSelect = ({ definition, name, value, set }: FilterProps) => (
  <NativeSelect
    label={definition?.label ?? name}
    value={value}
    onChange={(event) => set(name, event.currentTarget.value)}
    data={[
      { value: '', label: 'Any' },
      ...(definition?.options ?? []).map(({ label, value: option }) => ({ label, value: option })),
    ]}
  />
);

type RowsProps = {
  readonly type: ListType;
  readonly objects: readonly CrmObject[];
  readonly definitions: readonly PropertyDefinition[];
  readonly selected: ReadonlySet<string>;
  readonly select: (selected: ReadonlySet<string>) => void;
  readonly preview: (object: CrmObject) => void;
};

const Rows = ({ type, objects, definitions, selected, select, preview }: RowsProps) => {
  const { config } = useSession();
  const tick = (ids: readonly string[], ticked: boolean): void => {
    const next = new Set(selected);
    for (const id of ids)
      if (ticked) next.add(id);
      else next.delete(id);
    select(next);
  };
  const here = objects.map(({ id }) => id);
  const ticked = here.filter((id) => selected.has(id)).length;
  const { columns } = LISTS[type];
  const definitionOf = (name: string) => definitions.find((one) => one.name === name);
  const cell = (object: CrmObject, name: string): string => {
    const value = object.properties[name];
    if (name !== 'hubspot_owner_id') return readable(definitionOf(name), value, config.timeZone);
    const owner = config.users.find(({ ownerId }) => ownerId === value);
    return owner ? nameOf(owner) : (value ?? '–');
  };
  return (
    <ScrollBox>
      <Table highlightOnHover verticalSpacing="xs" withTableBorder className="list-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className="tick-cell">
              <Checkbox
                size="xs"
                aria-label="Select all on this page"
                checked={ticked === here.length}
                indeterminate={ticked > 0 && ticked < here.length}
                onChange={(event) => tick(here, event.currentTarget.checked)}
              />
            </Table.Th>
            <Table.Th>Name</Table.Th>
            {columns.map((name) => (
              <Table.Th key={name}>
                {name === 'hubspot_owner_id' ? 'Owner' : (definitionOf(name)?.label ?? name)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {objects.map((object) => (
            <Table.Tr key={object.id}>
              <Table.Td className="tick-cell">
                <Checkbox
                  size="xs"
                  aria-label={`Select ${nameOfObject(type, object)}`}
                  checked={selected.has(object.id)}
                  onChange={(event) => tick([object.id], event.currentTarget.checked)}
                />
              </Table.Td>
              <Table.Td className="name-cell">
                <NavLink to={`/${type}/${object.id}`}>{nameOfObject(type, object)}</NavLink>
                {type === 'contacts' && <div className="hint">{object.properties['email']}</div>}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label={`Preview ${nameOfObject(type, object)}`}
                  onClick={() => preview(object)}
                >
                  Preview
                </Button>
              </Table.Td>
              {columns.map((name) => (
                <Table.Td key={name}>{cell(object, name)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
};

const Pager = ({
  page,
  total,
  shown,
  go,
}: {
  page: number;
  total: number;
  shown: number;
  go: (page: number) => void;
}) => {
  const from = page * PAGE + 1;
  const last = (page + 1) * PAGE >= Math.min(total, SEARCHABLE);
  return (
    <div className="pager">
      <span role="status">
        {from}–{from + shown - 1} of {total.toLocaleString('en-GB')}
      </span>
      <Button size="xs" variant="default" disabled={page === 0} onClick={() => go(page - 1)}>
        Previous
      </Button>
      <Button size="xs" variant="default" disabled={last} onClick={() => go(page + 1)}>
        Next
      </Button>
    </div>
  );
};
