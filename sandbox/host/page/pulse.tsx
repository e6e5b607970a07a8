import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { ask, forgetDefinitions } from './crm.ts';

/** One request that the emulated API answered. */
export type LogEntry = {
  readonly seq: number;
  readonly at: number;
  /** `crm-ui` is this page, for the person in front of it. */
  readonly actor: 'app' | 'other-app' | 'crm-ui';
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly policyName?: string;
  readonly fault?: string;
};

type Pulse = {
  /** Rises when somebody changed something in the CRM. */
  readonly revision: number;
  readonly log: readonly LogEntry[];
  readonly offsetMs: number;
  readonly setOffsetMs: (offsetMs: number) => void;
  readonly touch: () => void;
};

const PulseContext = createContext<Pulse | null>(null);

/** @throws outside of the provider */
export const usePulse = (): Pulse => {
  const pulse = useContext(PulseContext);
  if (!pulse) throw new Error('Used outside of PulseProvider.');
  return pulse;
};

const EVERY_MS = 1000;
const KEPT = 300;

/** HubSpot reads by POST too; only true changes make the page read again. */
export const isRead = ({ method, path }: LogEntry): boolean =>
  method === 'GET' || (method === 'POST' && /\/(search|batch\/read)(\?|$)/.test(path));

/**
 * Looks once a second, while the page is visible, whether anything was written: one small request to the sandbox's
 * control plane, which costs nothing of the portal's rate limit. Only then the page reads its data again.
 */
export const PulseProvider = ({ portalId, children }: { portalId: number; children: ReactNode }) => {
  const [revision, setRevision] = useState(0);
  const [log, setLog] = useState<readonly LogEntry[]>([]);
  const [offsetMs, setOffsetMs] = useState(0);
  const since = useRef<number>();
  const seenLines = useRef<number>();
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        try {
          const { entries, workflowLines } = await readLog(portalId, since.current ?? 0);
          const clock = await ask<{ offsetMs: number }>('/crm/sandbox/clock');
          if (stopped) return;
          const first = since.current === undefined;
          since.current = entries.at(-1)?.seq ?? since.current ?? 0;
          setOffsetMs(clock.offsetMs);
          if (entries.length) setLog((before) => [...before, ...entries].slice(-KEPT));
          // Workflows write without any request that a log could hold.
          const isMoved = seenLines.current !== workflowLines;
          seenLines.current = workflowLines;
          if (!first && (isMoved || entries.some((entry) => !isRead(entry) && entry.status < 400))) {
            forgetDefinitions();
            setRevision((before) => before + 1);
          }
        } catch (error) {
          // The next look tells; what is on the page stays, and its own readings say what is wrong.
          console.warn('The sandbox did not answer.', error);
        }
      }
      if (!stopped) timer = setTimeout(() => void look(), EVERY_MS);
    };
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [portalId]);
  const pulse = useMemo(
    () => ({ revision, log, offsetMs, setOffsetMs, touch: () => setRevision((before) => before + 1) }),
    [revision, log, offsetMs],
  );
  return <PulseContext.Provider value={pulse}>{children}</PulseContext.Provider>;
};

type Looked = { readonly entries: readonly LogEntry[]; readonly workflowLines: number };

const readLog = (portalId: number, since: number): Promise<Looked> =>
  ask(`/crm/sandbox/portals/${portalId}/log?since=${since}`);
