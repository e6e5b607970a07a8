import { IconCalendarEvent, IconCheckbox, IconMail, IconNote, IconPhone } from '@tabler/icons-react';
import { momentIn, toMillis } from '../moments.ts';
import { nameOf, useSession } from '../session.tsx';
import { createdOf, type Engagement, ENGAGEMENTS } from './read-record.ts';

/** Tasks, notes, calls, e-mails and meetings of a record, newest first, with all that they say. */
export const Timeline = ({ engagements }: { engagements: readonly Engagement[] }) => (
  <section className="panel" aria-label="Timeline">
    <h2>Activities</h2>
    {engagements.length === 0 && (
      <p className="hint">Nothing yet. What the app does for this record appears here.</p>
    )}
    <ol className="timeline">
      {engagements.map((engagement) => (
        <Entry key={`${engagement.kind}-${engagement.object.id}`} engagement={engagement} />
      ))}
    </ol>
  </section>
);

const STATUS: Readonly<Record<string, string>> = {
  NOT_STARTED: 'open',
  IN_PROGRESS: 'in progress',
  WAITING: 'waiting',
  DEFERRED: 'deferred',
  COMPLETED: 'done',
  NO_ANSWER: 'no answer',
  NO_SHOW: 'nobody came',
  EMAIL: 'sent',
  INCOMING_EMAIL: 'received',
};

const SIGNS = {
  task: IconCheckbox,
  note: IconNote,
  call: IconPhone,
  email: IconMail,
  meeting: IconCalendarEvent,
} as const satisfies Record<Engagement['kind'], unknown>;

const Entry = ({ engagement }: { engagement: Engagement }) => {
  const { config } = useSession();
  const { kind, object } = engagement;
  const { properties } = object;
  const Sign = SIGNS[kind];
  const { label, subject, body, state } = ENGAGEMENTS[kind];
  const owner = config.users.find(({ ownerId }) => ownerId === properties['hubspot_owner_id']);
  const due = toMillis(properties['hs_timestamp']);
  const status = state && properties[state];
  const facts = [
    status && (STATUS[status] ?? status.toLowerCase()),
    kind === 'task' && due !== undefined && `due ${momentIn(config.timeZone, due)}`,
    owner && `for ${nameOf(owner)}`,
  ].filter(Boolean);
  return (
    <li data-engagement={kind}>
      <Sign size={18} aria-hidden />
      <div>
        <div className="entry-head">
          <strong className="breakable">{(subject && properties[subject]) ?? label}</strong>
          <span className="hint">{momentIn(config.timeZone, toMillis(createdOf(engagement)) ?? 0)}</span>
        </div>
        {facts.length > 0 && <div className="hint">{facts.join(' · ')}</div>}
        <Body text={properties[body] ?? ''} />
      </div>
    </li>
  );
};

/** Bodies are HTML at HubSpot. Only their words and line breaks are shown: they come from anywhere. */
const Body = ({ text }: { text: string }) => {
  const broken = text.replace(/<br\s*\/?>|<\/(p|li|div)>/gi, '$&\n');
  const { body } = new DOMParser().parseFromString(broken, 'text/html');
  for (const hidden of body.querySelectorAll('script, style')) hidden.remove();
  const words = body.textContent?.trim();
  return words ? <p className="entry-body">{words}</p> : null;
};
