/** What the relays on a server's ways out have in common: they end it at a deadly point, and pass nothing afterwards. */

import type { AddressInfo, Server } from 'node:net';
import type { Aim, Point } from './aim.ts';

export type Relay = { readonly port: number; readonly close: () => Promise<void> };

/** Whether the server is dead, at this point or at an earlier one. */
export type Fuse = (point: Point) => boolean;

/**
 * One for each life of a server.
 *
 * @param die ends the server's process at once
 */
export const createFuse = (aim: Aim, die: () => void): Fuse => {
  let dead = false;
  return (point) => {
    if (dead) return true;
    dead = aim.passes(point);
    if (dead) die();
    return dead;
  };
};

/**
 * @param cut ends every connection
 */
export const listen = async (server: Server, cut: () => void): Promise<Relay> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
};
