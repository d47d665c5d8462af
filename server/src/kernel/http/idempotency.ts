import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { systemNow } from '../clock.ts';
import type { Transaction } from '../envelope.ts';
import { conflict, invalid, Problem } from '../problem.ts';

/** A reply as it goes over the wire, and as it is kept for replays. */
export interface StoredReply {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string | null;
}

/** One caller's key for one request. `credential` encrypts replies that show a secret: the database alone cannot. */
export interface IdempotencyClaim {
  readonly key: string;
  readonly requestHash: Buffer;
  readonly secretFrom: string | null;
}

const keptHours = 24;
/** One reply in so many clears up, for as many and some more. */
const clearsEvery = 16;

/** Reads the Idempotency-Key header, which may be given once; null where it is absent. */
export function readIdempotencyKey(given: readonly string[] | undefined): string | null {
  if (given === undefined) return null;
  const [key = '', ...more] = given;
  if (more.length > 0 || !/^[\x20-\x7e]{1,255}$/.test(key))
    throw invalid('Idempotency-Key', 'invalid_idempotency_key', 'Idempotency-Key takes 1 to 255 printable ASCII characters, once.');
  return key;
}

/** What makes two requests the same: method, path with query, and body. */
export function hashRequest(method: string, url: string, body: string): Buffer {
  return createHash('sha256').update(JSON.stringify([method, url, body])).digest();
}

function cipherKey(claim: IdempotencyClaim): Buffer {
  return Buffer.from(hkdfSync('sha256', claim.secretFrom ?? '', claim.key, 'farthing idempotent reply', 32));
}

function seal(claim: IdempotencyClaim, body: string | null): string | null {
  if (claim.secretFrom === null || body === null) return body;
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', cipherKey(claim), iv);
  const sealed = Buffer.concat([cipher.update(body, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

function open(claim: IdempotencyClaim, stored: string | null): string | null {
  if (claim.secretFrom === null || stored === null) return stored;
  const bytes = Buffer.from(stored, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', cipherKey(claim), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    throw conflict('idempotency_key_reused', 'This Idempotency-Key was used with another credential.');
  }
}

/** Takes the key for this transaction. Answers the kept reply of an earlier call, or null: go ahead. */
export async function claimKey(tx: Transaction, claim: IdempotencyClaim): Promise<StoredReply | null> {
  const tenantId = tx.scope.tenant.id;
  const { rows: locks } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`${tenantId}:idempotency:${claim.key}`}, 0)) as taken`.execute(tx.db);
  if (locks[0]?.taken !== true)
    throw new Problem(409, 'idempotency_in_progress', 'A request with this Idempotency-Key is still running.', { retryAfterSeconds: 1 });

  const oldest = systemNow().subtract({ hours: keptHours });
  const kept = await tx.db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'content_type', 'body', 'created_at'])
    .where('tenant_id', '=', tenantId)
    .where('key', '=', claim.key)
    .executeTakeFirst();
  if (kept === undefined || Temporal.Instant.compare(kept.created_at, oldest) < 0) return null;
  if (!claim.requestHash.equals(kept.request_hash))
    throw conflict('idempotency_key_reused', 'This Idempotency-Key was used for another request.');
  return { status: kept.status, contentType: kept.content_type, body: open(claim, kept.body) };
}

/** Keeps the reply in the command's own transaction: either both the effect and the reply exist, or neither. */
export async function keepReply(tx: Transaction, claim: IdempotencyClaim, reply: StoredReply): Promise<void> {
  const row = {
    request_hash: claim.requestHash,
    status: reply.status,
    content_type: reply.contentType,
    body: seal(claim, reply.body),
    created_at: systemNow(),
  };
  await tx.db
    .insertInto('idempotency_keys')
    .values({ tenant_id: tx.scope.tenant.id, key: claim.key, ...row })
    .onConflict((existing) => existing.columns(['tenant_id', 'key']).doUpdateSet(row))
    .execute();
  if (randomInt(clearsEvery) === 0) await forgetExpired(tx);
}

/** Clears more of those that are past their time than have come since, so the table stays as small as a day's traffic. */
async function forgetExpired(tx: Transaction): Promise<void> {
  await sql`delete from idempotency_keys where (tenant_id, key) in (
    select tenant_id, key from idempotency_keys
    where tenant_id = ${tx.scope.tenant.id} and created_at < ${systemNow().subtract({ hours: keptHours })}
    order by created_at limit ${10 * clearsEvery} for update skip locked)`.execute(tx.db);
}
