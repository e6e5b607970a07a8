import { Drawer } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { NavLink } from '../nav-link.tsx';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import { useSession } from '../session.tsx';
import { EmptyView, ErrorView, LoadingView } from '../states.tsx';
import { CardFrame } from './card-frame.tsx';
import { Properties } from './properties.tsx';
import { OBJECT_TYPE_ID, readRecord, type RecordType } from './read-record.ts';
import { recordUpdates } from './updates.ts';

type Props = {
  readonly type: RecordType;
  readonly id: string;
  readonly name: string;
  readonly close: () => void;
};

/** A record beside its list: the app's cards for the preview, its properties, and the way to the whole record. */
export const Preview = ({ type, id, name, close }: Props) => (
  <Drawer
    opened
    onClose={close}
    title={name}
    position="right"
    size="md"
    closeButtonProps={{ 'aria-label': 'Close' }}
  >
    <NavLink to={`/${type}/${id}`}>View record</NavLink>
    <Cards type={type} id={id} />
  </Drawer>
);

const Cards = ({ type, id }: Pick<Props, 'type' | 'id'>) => {
  const { config } = useSession();
  const { revision } = usePulse();
  const { reading, reload } = useReading(`preview/${type}/${id}`, revision, () => readRecord(type, id));
  const latest = useRef(reload);
  latest.current = reload;
  const updates = useMemo(() => recordUpdates(() => latest.current()), []);
  if (reading.status === 'loading') return <LoadingView label="Opening the preview" />;
  if (reading.status === 'error')
    return (
      <ErrorView
        title="The record could not be shown"
        sentence={reading.sentence}
        retry={() => void reload()}
      />
    );
  const objectTypeId = OBJECT_TYPE_ID[type];
  const cards = config.extensions.filter(
    ({ location, objectTypeIds }) => location === 'crm.preview' && objectTypeIds.includes(objectTypeId),
  );
  return (
    <>
      {cards.length === 0 && <EmptyView>The app has no card for this preview.</EmptyView>}
      {cards.map((extension) => (
        <CardFrame
          key={extension.uid}
          extension={extension}
          record={{ objectId: id, objectTypeId }}
          updates={updates}
        />
      ))}
      <Properties record={reading.data} type={type} />
    </>
  );
};
