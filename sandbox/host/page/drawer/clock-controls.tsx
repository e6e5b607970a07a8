import { Button, Group } from '@mantine/core';
import { ask, PageError } from '../crm.ts';
import { momentIn } from '../moments.ts';
import { useNotify } from '../notices.tsx';
import { usePulse } from '../pulse.tsx';
import { useSession } from '../session.tsx';

const HOUR = 3_600_000;
const STEPS = [
  { label: '+1 hour', ms: HOUR },
  { label: '+1 day', ms: 24 * HOUR },
  { label: '+7 days', ms: 7 * 24 * HOUR },
  { label: '+30 days', ms: 30 * 24 * HOUR },
] as const;

/** Moves the portal's time forward: cooling-off and deadlines pass in a click. Time never goes back. */
export const ClockControls = () => {
  const { config } = useSession();
  const { offsetMs, setOffsetMs, touch } = usePulse();
  const notify = useNotify();
  const move = async (ms: number): Promise<void> => {
    try {
      await ask('/crm/sandbox/clock', 'PUT', { offsetMs: offsetMs + ms });
      setOffsetMs(offsetMs + ms);
      touch();
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      notify({ type: 'danger', title: 'The clock did not move', message: error.sentence });
    }
  };
  const days = Math.floor(offsetMs / (24 * HOUR));
  return (
    <>
      <p>
        In this portal it is <strong>{momentIn(config.timeZone, Date.now() + offsetMs)}</strong> (
        {config.timeZone}).
      </p>
      <p className="hint">
        {offsetMs === 0
          ? 'That is the real time. Move it forward to see cooling-off and deadlines pass; it cannot go back.'
          : `Ahead of the real time by ${days} days and ${Math.floor((offsetMs % (24 * HOUR)) / HOUR)} hours.`}
      </p>
      <Group gap="xs">
        {STEPS.map(({ label, ms }) => (
          <Button key={label} variant="default" onClick={() => void move(ms)}>
            {label}
          </Button>
        ))}
      </Group>
    </>
  );
};
