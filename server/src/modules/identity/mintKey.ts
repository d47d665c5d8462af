import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Permission } from '../../kernel/operation.ts';
import type { Environment } from '../../kernel/scope.ts';

const prefixes = { live: 'sk_live_', sandbox: 'sk_test_' } as const;
const shownCharacters = 12;

interface MintedKey {
  readonly raw: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

/** SHA-256 of a key: all that is stored. The key has 256 random bits, so no slow hash is needed against guessing. */
export function hashKey(raw: string): Buffer {
  return createHash('sha256').update(raw).digest();
}

/** A new secret key; `raw` is shown once and never stored. */
export function mintKey(environment: Environment): MintedKey {
  const raw = prefixes[environment] + randomBytes(32).toString('hex');
  return { raw, prefix: raw.slice(0, shownCharacters), hash: hashKey(raw) };
}

/** True where the granted scopes include the permission; write includes read. */
export function allows(scopes: readonly string[], permission: Permission): boolean {
  const [family = '', verb = ''] = permission.split(':');
  return scopes.some((scope) => {
    if (scope === '*') return true;
    const [scopeFamily, scopeVerb] = scope.split(':');
    return (scopeFamily === '*' || scopeFamily === family) && (scopeVerb === verb || scopeVerb === 'write');
  });
}

/** Whether one who holds `held` may give `wanted` to a new key: nobody hands on more than he has. */
export function covers(held: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((scope) => held.includes('*') || (scope !== '*' && allows(held, scope as Permission) && !scope.startsWith('*')) || held.includes(scope));
}

/** Compares secrets in constant time, whatever their lengths. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hashKey(given), hashKey(expected));
}
