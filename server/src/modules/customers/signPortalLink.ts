import { SignJWT } from 'jose';
import { systemNow } from '../../kernel/clock.ts';
import { conflict } from '../../kernel/problem.ts';
import type { Scope } from '../../kernel/scope.ts';

/** Where the customers' portal is, and what its links are signed with. */
export interface PortalAccess {
  /** Without a slash at the end. */
  readonly url: string;
  /** 32 bytes, the same in every process; known once the credentials are read. */
  readonly key: Promise<Uint8Array>;
}

const hours = 1;
const quarter = { smallestUnit: 'minute', roundingIncrement: 15, roundingMode: 'ceil' } as const;

/**
 * A link by which whoever has it is this customer, for an hour to an hour and a quarter of real time, whatever a test clock says; asked for
 * again within a quarter of an hour it is the same. Throws 409 `portal_not_configured`.
 */
export async function signPortalLink(portal: PortalAccess | null, { tenant }: Scope, customerId: string) {
  if (portal === null) throw conflict('portal_not_configured', 'This installation has no customer portal: set FARTHING_PORTAL_URL to where it is.');
  const expiresAt = systemNow().add({ hours }).round(quarter);
  const seconds = Math.floor(expiresAt.epochMilliseconds / 1000);
  const token = await new SignJWT({ type: 'portal', organization_id: tenant.organizationId, environment: tenant.environment })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('farthing')
    .setAudience('farthing portal')
    .setSubject(customerId)
    .setExpirationTime(seconds)
    .sign(await portal.key);
  return { portal_url: `${portal.url}/portal?token=${token}`, expires_at: expiresAt };
}
