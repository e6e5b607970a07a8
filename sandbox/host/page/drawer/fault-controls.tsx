import { NumberInput, Radio, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ProxyFault } from '../../protocol.ts';
import { ask, PageError } from '../crm.ts';
import { useNotify } from '../notices.tsx';
import { useSession } from '../session.tsx';

/** Failures between the card and our backend, injected at the host's signing proxy. */
const PROXY: readonly {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly fault: (seconds: number) => ProxyFault;
}[] = [
  {
    key: 'none',
    label: 'Works',
    hint: 'Requests of the card reach the backend.',
    fault: () => ({ kind: 'none' }),
  },
  {
    key: 'dead',
    label: 'Backend is dead',
    hint: 'No connection, also on the second try.',
    fault: () => ({ kind: 'dead' }),
  },
  {
    key: 'slow',
    label: 'Backend is slow',
    hint: 'Each request waits; after 15 seconds the card gets a time-out.',
    fault: (seconds) => ({ kind: 'slow', seconds }),
  },
  {
    key: '429',
    label: 'Backend answers 429',
    hint: 'Too many requests.',
    fault: () => ({ kind: 'status', status: 429 }),
  },
  {
    key: '500',
    label: 'Backend answers 500',
    hint: 'HubSpot asks once more, then gives up.',
    fault: () => ({ kind: 'status', status: 500 }),
  },
  {
    key: 'answer-lost',
    label: 'The answer gets lost',
    hint: 'The backend does its work, nobody hears, and HubSpot sends the same request again.',
    fault: () => ({ kind: 'answer-lost' }),
  },
];

type CrmFault = {
  readonly match: { readonly path: string };
  readonly fault: Readonly<Record<string, unknown>>;
};

const ANYTHING = { path: '^/(crm|automation)/' };

/** Failures between our backend and HubSpot, injected by the emulated API itself. */
const CRM: readonly {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly faults: (seconds: number) => readonly CrmFault[];
}[] = [
  { key: 'none', label: 'Works', hint: 'The emulated API answers as it should.', faults: () => [] },
  {
    key: '429',
    label: 'HubSpot answers 429',
    hint: 'Over the ten-second limit.',
    faults: () => [
      {
        match: ANYTHING,
        fault: { kind: 'status', status: 429, policyName: 'TEN_SECONDLY_ROLLING', applied: false },
      },
    ],
  },
  {
    key: '500',
    label: 'HubSpot answers 500',
    hint: 'Nothing is changed.',
    faults: () => [{ match: ANYTHING, fault: { kind: 'status', status: 500, applied: false } }],
  },
  {
    key: 'slow',
    label: 'HubSpot is slow',
    hint: 'Each call waits first.',
    faults: (seconds) => [{ match: ANYTHING, fault: { kind: 'slow', ms: seconds * 1000 } }],
  },
];

const keyOfProxy = (fault: ProxyFault): string =>
  fault.kind === 'status' ? String(fault.status) : fault.kind;

const keyOfCrm = (faults: readonly CrmFault[]): string => {
  const first = faults[0]?.fault;
  if (!first) return 'none';
  return first['kind'] === 'slow' ? 'slow' : String(first['status'] ?? first['kind']);
};

export const FaultControls = () => {
  const { config } = useSession();
  const notify = useNotify();
  const [seconds, setSeconds] = useState(5);
  const [proxy, setProxy] = useState('none');
  const [crm, setCrm] = useState('none');
  const crmUrl = `/crm/sandbox/portals/${config.portalId}/faults`;
  useEffect(() => {
    const read = async (): Promise<void> => {
      setProxy(keyOfProxy(await ask<ProxyFault>('/host/fault')));
      setCrm(keyOfCrm((await ask<{ faults: readonly CrmFault[] }>(crmUrl)).faults));
    };
    read().catch((error: unknown) => console.error(error));
  }, [crmUrl]);
  const set = async (where: string, body: unknown, show: () => void, back: () => void): Promise<void> => {
    show();
    try {
      await ask(where, 'PUT', body);
    } catch (error) {
      back();
      if (!(error instanceof PageError)) throw error;
      notify({ type: 'danger', title: 'The switch did not move', message: error.sentence });
    }
  };
  const setProxyTo = (key: string, wait: number): void => {
    const wanted = PROXY.find((one) => one.key === key);
    if (wanted)
      void set(
        '/host/fault',
        wanted.fault(wait),
        () => setProxy(key),
        () => setProxy(proxy),
      );
  };
  const setCrmTo = (key: string, wait: number): void => {
    const wanted = CRM.find((one) => one.key === key);
    if (wanted)
      void set(
        crmUrl,
        wanted.faults(wait),
        () => setCrm(key),
        () => setCrm(crm),
      );
  };
  return (
    <Stack>
      <Choice
        label="Between the card and our backend"
        options={PROXY}
        value={proxy}
        set={(key) => setProxyTo(key, seconds)}
      />
      <Choice
        label="Between our backend and HubSpot"
        options={CRM}
        value={crm}
        set={(key) => setCrmTo(key, seconds)}
      />
      <NumberInput
        label="Slow means (seconds)"
        min={1}
        max={120}
        value={seconds}
        onChange={(value) => {
          const wait = Number(value) || 1;
          setSeconds(wait);
          if (proxy === 'slow') setProxyTo('slow', wait);
          if (crm === 'slow') setCrmTo('slow', wait);
        }}
      />
    </Stack>
  );
};

type ChoiceProps = {
  readonly label: string;
  readonly options: readonly { readonly key: string; readonly label: string; readonly hint: string }[];
  readonly value: string;
  readonly set: (key: string) => void;
};

const Choice = ({ label, options, value, set }: ChoiceProps) => (
  <Radio.Group label={label} value={value} onChange={set}>
    <Stack gap="xs" mt="xs">
      {options.map(({ key, label: name, hint }) => (
        <Radio key={key} value={key} label={name} description={hint} />
      ))}
    </Stack>
  </Radio.Group>
);
