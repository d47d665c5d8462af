import { timer } from '../../kernel/timer.ts';
import { expireHold } from './expireHold.ts';
import { expiryOfCredits } from './expiredParts.ts';
import { expireLot, expireWallet } from './lapseCredits.ts';

/** Falls due when credits expire. */
export const creditsExpire = timer({ ...expiryOfCredits, handle: (tx, { subjectId }) => expireLot(tx, subjectId) });

/** Falls due when a wallet expires. */
export const walletExpires = timer({ kind: 'wallet.expire', handle: (tx, { subjectId }) => expireWallet(tx, subjectId) });

/** Falls due when a hold expires. */
export const holdExpires = timer({ kind: 'wallet.hold_expire', handle: (tx, { subjectId }) => expireHold(tx, subjectId) });
