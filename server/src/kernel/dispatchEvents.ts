import type { Task, TaskList } from 'graphile-worker';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Envelope, Read, Transaction } from './envelope.ts';
import type { OccurredEvent, Reaction } from './event.ts';
import type { Module } from './module.ts';
import type { Scope } from './scope.ts';

/** What every job carries. */
export const jobMessage = z.object({ tenant_id: z.string(), payload: z.unknown() });
const dispatchPayload = z.object({ event_ids: z.array(z.string()).max(100_000) });
const reactPayload = z.object({ reaction: z.string(), event_ids: z.array(z.string()).max(100_000) });

/** So many events are reacted to side by side. */
const eventsTogether = 100;

async function readEvents({ db, scope }: Read, ids: readonly string[]): Promise<OccurredEvent[]> {
  const rows = await db
    .selectFrom('domain_events')
    .select(['id', 'type', 'subject_type', 'subject_id', 'data', 'occurred_at'])
    .where('tenant_id', '=', scope.tenant.id)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    data: row.data,
    occurredAt: row.occurred_at,
  }));
}

function wants(reaction: Reaction, published: ReadonlySet<string>, type: string): boolean {
  return reaction.to === 'every_webhook_event' ? published.has(type) : reaction.to.name === type;
}

/** The jobs that hand a committed transaction's events to whoever reacts, each reaction in one transaction; one that fails is retried alone. */
export function dispatchTasks(envelope: Envelope, modules: readonly Module[]): TaskList {
  const reactions = modules.flatMap((module) => module.reactions ?? []).filter(({ inline }) => inline !== true);
  const published = new Set(modules.flatMap((module) => module.events ?? []).filter(({ webhook }) => webhook).map(({ name }) => name));

  // What a tenant is never changes, and each event brings its own time.
  const known = new Map<string, Scope>();
  const scopeOf = async (tenantId: string): Promise<Scope> => {
    const scope = known.get(tenantId) ?? (await envelope.scopeOf(tenantId));
    known.set(tenantId, scope);
    return scope;
  };

  /** Read once for all reactions, of which most want nothing of what happened. */
  const eventsOf = async (tenantId: string, ids: readonly string[]): Promise<readonly OccurredEvent[]> =>
    envelope.read(await scopeOf(tenantId), (read) => readEvents(read, ids));

  const react = async (tenantId: string, reaction: Reaction, occurred: readonly OccurredEvent[], how: 'side by side' | 'one by one'): Promise<void> => {
    const events = occurred.filter(({ type }) => wants(reaction, published, type));
    if (events.length === 0) return;
    const handle = (part: Transaction, event: OccurredEvent) => reaction.handle(part.at(event.occurredAt), event);
    await envelope.command(
      await scopeOf(tenantId),
      async (tx) => {
        if (how === 'one by one') for (const event of events) await handle(tx, event);
        else
          for (let from = 0; from < events.length; from += eventsTogether)
            await tx.sideBySide(events.slice(from, from + eventsTogether).map((event) => (part) => handle(part, event)));
      },
      'a reaction may have nothing to do',
    );
  };

  const dispatch: Task = async (raw, helpers) => {
    const { tenant_id: tenantId, payload } = jobMessage.parse(raw);
    const { event_ids: ids } = dispatchPayload.parse(payload);
    const events = await eventsOf(tenantId, ids);
    for (const reaction of reactions) {
      try {
        await react(tenantId, reaction, events, 'side by side');
      } catch (error) {
        helpers.logger.error(`reaction ${reaction.name} failed, retrying it alone: ${String(error)}`);
        await helpers.addJob('react', { tenant_id: tenantId, payload: { reaction: reaction.name, event_ids: ids } });
      }
    }
  };

  const retry: Task = async (raw) => {
    const { tenant_id: tenantId, payload } = jobMessage.parse(raw);
    const { reaction: name, event_ids: ids } = reactPayload.parse(payload);
    const reaction = reactions.find((candidate) => candidate.name === name);
    if (reaction === undefined) throw new Error(`No module has the reaction ${name}.`);
    // What cannot be done side by side is done one after the other.
    await react(tenantId, reaction, await eventsOf(tenantId, ids), 'one by one');
  };
  return { dispatch, react: retry };
}
