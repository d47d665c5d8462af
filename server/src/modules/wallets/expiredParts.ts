import type { Tx } from '../../kernel/envelope.ts';
import type { LotPart } from './lots.sql.ts';
import { lotsById } from './wallets.sql.ts';

/** Falls due when credits expire. */
export const expiryOfCredits = { kind: 'wallet.credits_expire' } as const;

/**
 * Of parts that are free again those whose credits have expired: by now, or since then, while this transaction waited for the wallet. Its
 * instant is that of its beginning, and what expired in between has no timer any more that would come for them.
 */
export async function expiredParts<P extends LotPart>(tx: Tx, parts: readonly P[]): Promise<P[]> {
  const lots = await lotsById(tx.db, parts.map(({ lotId }) => lotId));
  const expired: P[] = [];
  for (const part of parts) {
    const at = lots.get(part.lotId)?.expires_at ?? null;
    if (at === null) continue;
    if (Temporal.Instant.compare(at, tx.scope.now) <= 0 || !(await tx.isScheduled(expiryOfCredits, part.lotId))) expired.push(part);
  }
  return expired;
}
