/**
 * Addresses of the internet, as against those of the network that our own server stands in: a customer says where its tool
 * is, and must not reach what only we can reach. The name is resolved for the connection itself, so that it cannot mean
 * one address when it is checked and another when it is called.
 */

import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

// IANA's special-purpose registries.
const NOT_PUBLIC = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, 'ipv4');
// Teredo, documentation and 6to4: the first and the last carry an IPv4 address inside.
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, 'ipv6');
/** Of IPv6 only this is given to the internet; loopback, link-local, private and mapped addresses are outside. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address belongs to the internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !NOT_PUBLIC.check(address, 'ipv4');
    case 6:
      return GLOBAL.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6');
    default:
      return false;
  }
}

export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly retry = false;
  constructor() {
    super('The name leads to an address that is not of the internet.');
  }
}

/** Resolves a name for a connection, and refuses it where any of its addresses is not public. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error: Error | null, found: readonly LookupAddress[]) => {
    const [first] = error === null ? found : [];
    if (error !== null) done(error, '', 0);
    else if (first === undefined || !found.every(({ address }) => isPublicAddress(address)))
      done(new PrivateAddressError(), '', 0);
    else if (options.all === true) done(null, [...found]);
    else done(null, first.address, first.family);
  });
};
