import type pg from 'pg';
import type { Logger } from 'pino';
import type { Lookups } from '../../kernel/lookups.ts';
import type { Module } from '../../kernel/module.ts';
import { Turns } from '../../kernel/turns.ts';
import { planCreated, planDeleted, planUpdated } from '../catalog/index.ts';
import {
  billableMetricCreated,
  billableMetricDeleted,
  billableMetricFilterCreated,
  billableMetricFilterDeleted,
  billableMetricUpdated,
} from '../metrics/index.ts';
import { eventAmended, eventReprocessed } from './amendments.events.ts';
import { amendmentsOperations } from './amendments.routes.ts';
import * as backfillEvents from './backfills.events.ts';
import { backfillsOperations } from './backfills.routes.ts';
import type { FeeOfNext } from './estimateFees.ts';
import type { EventWriter } from './eventWriter.ts';
import { admitBodies, littleBytes } from './intake/admitBodies.ts';
import { GroupCommit } from './intake/groupCommit.ts';
import { countAnswered } from './intake/countAnswered.ts';
import type { Intake } from './intake/ingestEvents.ts';
import { IntakeRoom } from './intake/intakeRoom.ts';
import { KnownFacts } from './intake/knownFacts.ts';
import { takeBody, type TakeBody } from './intake/takeBody.ts';
import { IntakeThread } from './intake/thread/intakeThread.ts';
import { meteringOperations } from './metering.routes.ts';
import { metersOperations } from './meters.routes.ts';
import { observeMeter } from './rollup/observeMeter.ts';
import { planMetersOf } from './rollup/planTenantMeters.ts';
import { usageMeter } from './rollup/runMeter.ts';
import { usageOperations } from './usage.routes.ts';

export { eventAmended } from './amendments.events.ts';
export type { FinalizedUsage } from './amendments.sql.ts';
export { eventsExpired, type Expiring, type ExpiringSpan, expireEvents, hasExpired, isEventsExpired } from './expired.sql.ts';
export { finalizeUsage, releaseUsage } from './finalizeUsage.ts';
export { pricedKeys, readsSingleEvents } from './collectUsage.ts';
export { type BilledEdge, findLateHours, type LateHour } from './lateEvents.sql.ts';

export type { EventWriter } from './eventWriter.ts';
export { connectionsOfIntake } from './intake/groupCommit.ts';
export { copyEvents } from './intake/copyEvents.sql.ts';
export { measureSteps } from './measureSteps.ts';
export { type Measured, measureCurrent, openSpan, readUnits } from './measureCurrent.ts';
export { measureUsage, type SupposedEvent } from './measureUsage.ts';
export type { FeeOfNext } from './estimateFees.ts';
export { EventResponse } from './metering.schemas.ts';
export { presentEvent } from './presentEvent.ts';
export { checkAllUsage } from './rollup/checkUsage.ts';
export { isMeteringLost, readLag } from './rollup/lag.sql.ts';
export { listSelected } from './selection.sql.ts';

// Whatever decides by which properties usage is priced apart.
const pricing = [
  billableMetricCreated, billableMetricUpdated, billableMetricDeleted, billableMetricFilterCreated, billableMetricFilterDeleted,
  planCreated, planUpdated, planDeleted,
];

interface MeteringConfig {
  /** Acts as the application's role: for what intake has to know. */
  readonly pool: pg.Pool;
  readonly lookups: Lookups;
  /** Where events are stored. */
  readonly writer: EventWriter;
  /** What one more event would be billed of a charge that is paid in advance: invoicing's, of a higher rank. */
  readonly feeOfNext: FeeOfNext;
  /** The database, as its owner, for a thread that takes large bodies; where there is none, they are taken like little ones. */
  readonly threadUrl: string | null;
  readonly logger: Logger;
}

const events = [eventAmended, eventReprocessed, ...Object.values(backfillEvents)];

/** Bodies that are being read, wait or are worked on. */
const roomLimits = { mostBytes: 12 * 1_048_576, reserveBytes: 8 * 1_048_576, littleBytes: 262_144 };

/** Usage: its way in, and what is read from it. */
export function metering({ pool, lookups, writer, feeOfNext, threadUrl, logger }: MeteringConfig): Module {
  const intake: Intake = { facts: new KnownFacts(pool, lookups), commit: new GroupCommit(writer), turns: new Turns(), count: countAnswered };
  const onError = (error: Error) => logger.warn({ err: error }, 'the thread that takes large bodies of events has trouble');
  const thread = threadUrl === null ? null : new IntakeThread({ url: threadUrl, lookups, count: countAnswered, onError });
  const takeHere: TakeBody = (scope, sent) => takeBody(intake, scope, sent);
  const take: TakeBody = thread === null ? takeHere : (scope, sent) => (sent.bytes.length > littleBytes ? thread.take(scope, sent) : takeHere(scope, sent));
  const admit = admitBodies(new IntakeRoom(roomLimits), (tenantId) => thread?.comeBy(tenantId));
  return {
    name: 'metering',
    operations: [...meteringOperations({ intake, admit, take }), ...amendmentsOperations, ...backfillsOperations, ...usageOperations(feeOfNext), ...metersOperations],
    events,
    reactions: pricing.map((to) => ({ name: `metering.planMeters.${to.name}`, to, handle: planMetersOf })),
    background: [usageMeter],
    observe: observeMeter,
    stop: () => thread?.stop(),
  };
}
