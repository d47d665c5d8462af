import { z } from 'zod';
import type { Tx } from './envelope.ts';

export type EventAction = 'created' | 'updated' | 'deleted' | 'status_changed';

/** One kind of thing that happens: declared once, read by the audit trail, the webhook catalogue and reactions. */
export interface EventType<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly subject: string;
  readonly action: EventAction;
  readonly description: string;
  /** The wire shape of the subject when it happened; also the webhook's data. */
  readonly data: S;
  /** False keeps it out of webhooks (secrets, bookkeeping). */
  readonly webhook: boolean;
}

export function event<S extends z.ZodType>(declaration: Omit<EventType<S>, 'webhook'> & { webhook?: boolean }): EventType<S> {
  return { ...declaration, webhook: declaration.webhook ?? true };
}

/** An event as it stands in the log. */
export interface OccurredEvent {
  readonly id: string;
  readonly type: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly data: unknown;
  readonly occurredAt: Temporal.Instant;
}

/**
 * "When this happens, that must happen." Inline reactions run in the causing transaction; the others after it, each in
 * a transaction of its own, at least once: they must be harmless when repeated.
 */
export interface Reaction {
  readonly name: string;
  readonly to: EventType | 'every_webhook_event';
  readonly inline?: boolean;
  readonly handle: (tx: Tx, occurred: OccurredEvent) => Promise<void>;
}

type Changes = Record<string, { old: unknown; new: unknown }>;

/** What differs between two snapshots, field by field. */
export function changesBetween(before: unknown, after: unknown): Changes {
  const [a, b] = [before, after].map((value) => z.record(z.string(), z.unknown()).safeParse(value).data ?? {});
  const changes: Changes = {};
  for (const key of new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])) {
    if (key === 'updated_at') continue;
    const [old, now] = [a?.[key] ?? null, b?.[key] ?? null];
    if (JSON.stringify(old) !== JSON.stringify(now)) changes[key] = { old, new: now };
  }
  return changes;
}
