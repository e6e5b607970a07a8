import { Badge, Tabs, Title } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { RecordActs } from '../acts/record-acts.tsx';
import { NavLink } from '../nav-link.tsx';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import { useSession } from '../session.tsx';
import { ErrorView, LoadingView } from '../states.tsx';
import { CardFrame } from './card-frame.tsx';
import { History } from './history.tsx';
import { Memberships } from './memberships.tsx';
import { Properties } from './properties.tsx';
import { type FullRecord, OBJECT_TYPE_ID, readRecord, type RecordType } from './read-record.ts';
import { nameOfObject } from './record-list.tsx';
import { readable } from './property-value.tsx';
import { Related } from './related.tsx';
import { Timeline } from './timeline.tsx';
import { recordUpdates } from './updates.ts';

/** One contact or lead: its properties, what happened to it, and the extensions that belong here. */
export const RecordPage = ({ type, id }: { type: RecordType; id: string }) => {
  const { revision } = usePulse();
  const { reading, reload } = useReading(`${type}/${id}`, revision, () => readRecord(type, id));
  if (reading.status === 'loading') return <LoadingView label="Opening the record" />;
  if (reading.status === 'error')
    return (
      <ErrorView
        title="The record could not be shown"
        sentence={reading.sentence}
        retry={() => void reload()}
      />
    );
  return <Loaded type={type} id={id} record={reading.data} reload={reload} />;
};

type LoadedProps = {
  readonly type: RecordType;
  readonly id: string;
  readonly record: FullRecord;
  readonly reload: () => Promise<FullRecord | undefined>;
};

const Loaded = ({ type, id, record, reload }: LoadedProps) => {
  const { config } = useSession();
  const objectTypeId = OBJECT_TYPE_ID[type];
  const here = config.extensions.filter(({ objectTypeIds }) => objectTypeIds.includes(objectTypeId));
  const tabs = here.filter(({ location }) => location === 'crm.record.tab');
  const sidebar = here.filter(({ location }) => location === 'crm.record.sidebar');
  const latest = useRef(reload);
  latest.current = reload;
  const updates = useMemo(() => recordUpdates(() => latest.current()), []);
  const place = { record: { objectId: id, objectTypeId }, updates };
  return (
    <article>
      <RecordHead type={type} record={record} />
      <RecordActs type={type} id={record.object.id} name={nameOfObject(type, record.object)} />
      <div className={`record-columns ${sidebar.length ? '' : 'two'}`}>
        <section aria-label="Properties" className="column-left">
          <Properties record={record} type={type} />
        </section>
        <section aria-label="Activity" className="column-middle">
          <Tabs defaultValue="overview" keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="overview">Overview</Tabs.Tab>
              {tabs.map((extension) => (
                <Tabs.Tab key={extension.uid} value={extension.uid}>
                  {extension.title}
                </Tabs.Tab>
              ))}
              <Tabs.Tab value="history">Property history</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="overview" pt="md">
              <Timeline engagements={record.engagements} />
              {type === 'contacts' && <Memberships memberships={record.memberships} />}
              <Related type={type} related={record.related} />
            </Tabs.Panel>
            {tabs.map((extension) => (
              <Tabs.Panel key={extension.uid} value={extension.uid} pt="md">
                <CardFrame extension={extension} {...place} />
              </Tabs.Panel>
            ))}
            <Tabs.Panel value="history" pt="md">
              <History record={record} />
            </Tabs.Panel>
          </Tabs>
        </section>
        {sidebar.length > 0 && (
          <aside aria-label="Sidebar" className="column-right">
            {sidebar.map((extension) => (
              <CardFrame key={extension.uid} extension={extension} {...place} />
            ))}
          </aside>
        )}
      </div>
    </article>
  );
};

const RecordHead = ({ type, record }: { type: RecordType; record: FullRecord }) => {
  const { config } = useSession();
  const { object, definitions } = record;
  const shown = type === 'contacts' ? ['lifecyclestage', 'hs_lead_status'] : ['hs_pipeline_stage'];
  return (
    <div className="record-head">
      <NavLink to={`/${type}`}>← {type === 'contacts' ? 'Contacts' : 'Leads'}</NavLink>
      <Title order={1} size="h2" className="breakable">
        {nameOfObject(type, object)}
      </Title>
      <div className="record-line">
        <span className="breakable">
          {[object.properties['jobtitle'], object.properties['company'], object.properties['email']]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {shown
          .filter((name) => object.properties[name])
          .map((name) => (
            <Badge key={name} variant="outline" color="moss" tt="none">
              {readable(
                definitions.find((one) => one.name === name),
                object.properties[name],
                config.timeZone,
              )}
            </Badge>
          ))}
      </div>
    </div>
  );
};
