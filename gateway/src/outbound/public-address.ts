import type { LookupAddress } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { OutboundFault } from './outbound-fault.ts';

/** Networks that may be reached besides the public internet: an intranet whose site is to be read. From the operator only. */
export type AllowedNetworks = readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];

/** @throws when one of them is no network in CIDR notation. */
export function readNetworks(list: string[]): AllowedNetworks {
  return list.map((network) => ipaddr.parseCIDR(network));
}

/** Of IPv6, what is handed out at all (RFC 4291); the library's "unicast" is whatever it has no other name for. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/** Whether an address is of the public internet, or of a network that is allowed. Mapped addresses are judged as what they stand for. */
export function isReachable(address: string, allowed: AllowedNetworks): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (allowed.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))) return true;
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6 as [ipaddr.IPv6, number]));
}

/** Every address of a name, as the system knows it. */
export type ResolveName = (hostname: string, options: { all: true; family: number }) => Promise<LookupAddress[]>;

/**
 * A look-up for `net.connect` that hands on reachable addresses only. The check is on the very address that is connected
 * to, because a name may mean another one the next time it is asked.
 */
export function guardedLookup(allowed: AllowedNetworks, resolve: ResolveName = resolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { all: true, family: options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0) }).then(
      (found) => {
        const reachable = found.filter(({ address }) => isReachable(address, allowed));
        const [first] = reachable;
        if (!first) callback(new OutboundFault('not_public'), '', 0);
        else if (options.all) (callback as unknown as (error: null, addresses: LookupAddress[]) => void)(null, reachable);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}
