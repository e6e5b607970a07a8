import { NavLink } from '../nav-link.tsx';
import { type CrmObject, readDefinitions } from '../crm.ts';
import { useReading } from '../reading.ts';
import { useSession } from '../session.tsx';
import { readable } from './property-value.tsx';
import type { RecordType } from './read-record.ts';
import { nameOfObject } from './record-list.tsx';

/** The leads of a contact, or the contacts of a lead. */
export const Related = ({ type, related }: { type: RecordType; related: readonly CrmObject[] }) => {
  const { config } = useSession();
  const other: RecordType = type === 'contacts' ? 'leads' : 'contacts';
  const { reading } = useReading(`definitions/${other}`, 0, () => readDefinitions(other));
  const stage =
    reading.status === 'success' ? reading.data.find(({ name }) => name === 'hs_pipeline_stage') : undefined;
  return (
    <section className="panel" aria-label={other === 'leads' ? 'Leads' : 'Contacts'}>
      <h2>{other === 'leads' ? 'Leads' : 'Contacts'}</h2>
      {related.length === 0 && (
        <p className="hint">
          {other === 'leads' ? 'No lead belongs to this contact.' : 'No contact belongs to this lead.'}
        </p>
      )}
      <ul className="plain-list">
        {related.map((object) => (
          <li key={object.id}>
            <NavLink to={`/${other}/${object.id}`}>{nameOfObject(other, object)}</NavLink>
            <span className="hint">
              {' '}
              {other === 'leads'
                ? readable(stage, object.properties['hs_pipeline_stage'], config.timeZone)
                : object.properties['email']}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
};
