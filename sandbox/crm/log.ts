/** What was really asked of a portal, oldest first. Old entries and old bodies are forgotten, so that long runs fit into memory. */

/** `crm-ui`: a person's act or an automation's; `other-app`: one whose token carries an app of its own. */
export type Actor = 'app' | 'other-app' | 'crm-ui';

export type LogEntry = {
  readonly seq: number;
  /** sandbox time, milliseconds since 1970 */
  readonly at: number;
  readonly actor: Actor;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly policyName?: string;
  readonly fault?: string;
  body?: unknown;
};

export type RequestLog = {
  readonly add: (entry: Omit<LogEntry, 'seq'>) => void;
  /** Entries after `seq`. */
  readonly since: (seq: number) => readonly LogEntry[];
};

const MOST_ENTRIES = 50_000;
const MOST_BODIES = 2_000;

export const createLog = (): RequestLog => {
  let entries: LogEntry[] = [];
  let seq = 0;
  return {
    add: (entry) => {
      entries.push({ seq: ++seq, ...entry });
      const old = entries.at(-1 - MOST_BODIES);
      if (old) delete old.body;
      if (entries.length > 2 * MOST_ENTRIES) entries = entries.slice(-MOST_ENTRIES);
    },
    since: (after) => entries.filter((entry) => entry.seq > after),
  };
};
