import { Button, Title } from '@mantine/core';
import { ask, crm, type CrmObject, PageError, VERSION } from '../crm.ts';
import { momentIn, toMillis } from '../moments.ts';
import { useNotify } from '../notices.tsx';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import type { RecordType } from '../record/read-record.ts';
import { nameOfObject } from '../record/record-list.tsx';
import { go } from '../route.ts';
import { useSession } from '../session.tsx';
import { EmptyView, ErrorView, LoadingView } from '../states.tsx';

type Deleted = { readonly type: RecordType; readonly object: CrmObject & { readonly archivedAt?: string } };

const PROPERTIES = { contacts: 'firstname,lastname,email,company', leads: 'hs_lead_name' } as const;

const readDeleted = async (): Promise<readonly Deleted[]> => {
  const types = ['contacts', 'leads'] as const;
  const pages = await Promise.all(
    types.map(async (type) => {
      const { results } = await crm<{ results: readonly Deleted['object'][] }>(
        `/crm/objects/${VERSION}/${type}?archived=true&limit=100&properties=${PROPERTIES[type]}`,
      );
      return results.map((object) => ({ type, object }));
    }),
  );
  return pages.flat().sort((a, b) => (b.object.archivedAt ?? '').localeCompare(a.object.archivedAt ?? ''));
};

/** The recycle bin: what was deleted and can still come back. */
export const DeletedPage = () => {
  const { revision } = usePulse();
  const { reading, reload } = useReading('deleted', revision, readDeleted);
  return (
    <section className="panel">
      <Title order={1} size="h2">
        Recently deleted
      </Title>
      {reading.status === 'loading' && <LoadingView label="Looking into the recycle bin" />}
      {reading.status === 'error' && (
        <ErrorView
          title="The recycle bin could not be read"
          sentence={reading.sentence}
          retry={() => void reload()}
        />
      )}
      {reading.status === 'success' && reading.data.length === 0 && (
        <EmptyView>Nothing has been deleted.</EmptyView>
      )}
      {reading.status === 'success' && (
        <ul className="plain-list">
          {reading.data.map((deleted) => (
            <Row key={`${deleted.type}/${deleted.object.id}`} {...deleted} />
          ))}
        </ul>
      )}
    </section>
  );
};

const Row = ({ type, object }: Deleted) => {
  const { config, user } = useSession();
  const { touch } = usePulse();
  const notify = useNotify();
  const name = nameOfObject(type, object);
  const at = toMillis(object.archivedAt);
  const restore = async (): Promise<void> => {
    try {
      await ask(`/crm/sandbox/portals/${config.portalId}/restore`, 'POST', {
        id: object.id,
        objectType: type,
        userId: user.id,
      });
      touch();
      go(`/${type}/${object.id}`);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      notify({ type: 'danger', title: `${name} was not restored`, message: error.sentence });
    }
  };
  return (
    <li className="record-line">
      <span className="breakable">{name}</span>
      {at !== undefined && <span className="hint">deleted {momentIn(config.timeZone, at)}</span>}
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Restore ${name}`}
        onClick={() => void restore()}
      >
        Restore
      </Button>
    </li>
  );
};
