import { momentIn, toMillis } from '../moments.ts';
import { useSession } from '../session.tsx';
import type { Membership } from './read-record.ts';

/** The lists that the record is a member of. */
export const Memberships = ({ memberships }: { memberships: readonly Membership[] }) => {
  const { config } = useSession();
  return (
    <section className="panel" aria-label="Lists">
      <h2>Lists</h2>
      {memberships.length === 0 && <p className="hint">Not a member of any list.</p>}
      <ul className="plain-list">
        {memberships.map(({ listId, name, since }) => {
          const at = toMillis(since);
          return (
            <li key={listId} data-list={name}>
              <span className="breakable">{name}</span>
              {at !== undefined && <span className="hint"> since {momentIn(config.timeZone, at)}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
};
