/** Clicks out of a process of their own, and what came of them. */

import path from 'node:path';
import { type Child, startChild } from '../child.ts';
import type { Click } from './leads.ts';

export type Target = {
  /** Where the requests go. */
  readonly url: string;
  /** What is signed: the address as HubSpot knows it. */
  readonly publicUrl: string;
  readonly clientSecret: string;
  readonly portalId: number;
  readonly appId: number;
};

export type Answered = {
  readonly contactId: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly ms: number;
  /** Whether the rep was told that it is done. */
  readonly ok: boolean;
  /** What was answered instead; empty for a good answer. */
  readonly said: string;
};

export type Played = {
  readonly answered: readonly Answered[];
  /** From the first click until the last answer, without the time for signing. */
  readonly seconds: number;
  /** The same on the machine's monotonic clock, which all processes share. */
  readonly window: { readonly fromMicros: number; readonly toMicros: number };
};

export type GeneratorOrders = {
  play: {
    takes: { readonly target: Target; readonly clicks: readonly Click[]; readonly callers: number };
    gives: Played;
  };
};

export type Generator = {
  /** Sends every click once, so many callers at a time; resolves with the last answer. */
  readonly play: (target: Target, clicks: readonly Click[], callers: number) => Promise<Played>;
  readonly close: () => Promise<void>;
};

export const startGenerator = (): Generator => {
  const child: Child<GeneratorOrders> = startChild(path.join(import.meta.dirname, 'generatorChild.ts'));
  return {
    play: (target, clicks, callers) => child.order('play', { target, clicks, callers }),
    close: child.stop,
  };
};
