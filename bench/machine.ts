/** What the figures were measured on. */

import { cpus, totalmem } from 'node:os';
import { postgresVersion } from './database.ts';

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  /** `null` where no PostgreSQL answered. */
  readonly postgres: string | null;
};

export const describeMachine = async (): Promise<Machine> => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
  postgres: await postgresVersion(),
});

/** One line for people. */
export const machineLine = ({ cpu, cores, memoryGb, node, postgres }: Machine): string =>
  `${cores} cores (${cpu}), ${memoryGb} GB, Node ${node}, ${postgres === null ? 'no PostgreSQL' : `PostgreSQL ${postgres}`}`;
