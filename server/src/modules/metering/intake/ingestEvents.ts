import type { Scope } from '../../../kernel/scope.ts';
import type { Turns } from '../../../kernel/turns.ts';
import type { NewEvent, UnmatchedReason } from '../eventStore.ts';
import type { KeptEvent, KnownEvent } from '../eventWriter.ts';
import { hashContent } from '../hashEvent.ts';
import { type Facts, type Identity, identify, ifTaken, judgeEvent } from '../judgeEvents.ts';
import type { EventReading, SentEvent } from '../readEvent.ts';
import type { Refusal } from '../takeValue.ts';
import type { GroupCommit } from './groupCommit.ts';
import type { KnownFacts } from './knownFacts.ts';

/** What became of one event (E1, E2). */
export interface IntakeResult {
  readonly transactionId: string | null;
  readonly status: 'ingested' | 'duplicate' | 'conflict' | 'rejected' | 'unmatched';
  readonly code: string | null;
  /** The field at fault, as the sender calls it and without the event's own place. */
  readonly path: string | null;
  readonly message: string | null;
  /** The event as it is stored; null where nothing is stored or it is another's. */
  readonly event: TakenEvent | null;
}

type Shown =
  | 'id' | 'transactionId' | 'externalCustomerId' | 'externalSubscriptionId' | 'code' | 'timestamp' | 'propertiesText' | 'reason' | 'receivedAt';

/** An event that is stored, by this request or before, as far as replies show it. */
export interface TakenEvent extends Pick<NewEvent, Shown> {
  readonly amended: boolean;
}

type Reading = Extract<EventReading, { ok: true }>;

/** An event as it was read and as it is, or would be, stored. */
interface Ready {
  readonly reading: Reading;
  readonly fresh: NewEvent;
}

/** An event that is refused, unless it repeats one that was taken: what can be read at all may. */
interface Refused {
  readonly refusal: Refusal;
  readonly transactionId: string | null;
  readonly ifTaken: Ready | null;
}

/** An event that was found to be stored before it was judged. */
interface Repeat extends Ready {
  readonly known: KnownEvent;
}

/** An event on its way in. */
type Judged = Ready | Refused | Repeat;

/** What takes events in: what is known of those they name, and what writes them. */
export interface Intake {
  readonly facts: Pick<KnownFacts, 'about'>;
  readonly commit: GroupCommit;
  readonly turns: Turns;
  /** Is told how many events were answered, by what became of them. */
  readonly count: (answered: Answered) => void;
}

export type Answered = Readonly<Partial<Record<IntakeResult['status'], number>>>;

/** A request of more is judged and answered in several turns, of a millisecond or a few. */
export const eventsInTurn = 100;

/** Stores events one by one as they deserve it: a bad one fails no other (E2). Answers in the order given. */
export async function ingestEvents(intake: Intake, scope: Scope, readings: readonly EventReading[]): Promise<readonly IntakeResult[]> {
  const found = intake.commit.expectsRepeats ? await lookUp(intake, scope, readings) : undefined;
  const judged = await judgeAll(intake, scope, readings, found);
  const known = await knownOfRefused(intake, scope, judged);
  const outcomes = await intake.commit.store(scope.tenant.id, freshOf(judged));
  return counted(intake, resultsOf(judged, outcomes, known));
}

/** Stores all of the events; where one is not taken, none, and answers what is said of each as if it stood alone. */
export async function ingestAllOrNothing(intake: Intake, scope: Scope, readings: readonly EventReading[]): Promise<readonly IntakeResult[]> {
  const judged = await judgeAll(intake, scope, readings);
  const knownOfOthers = await knownOfRefused(intake, scope, judged);
  const isRefused = (results: readonly IntakeResult[]) => results.some(({ status }) => status === 'rejected' || status === 'conflict');
  const repeating = (known: ReadonlyMap<string, KnownEvent>) => {
    const firsts = new Map(known);
    return resultsOf(judged, freshOf(judged).map((fresh) => {
      const first = firsts.get(fresh.id) ?? null;
      if (first === null) firsts.set(fresh.id, { ...fresh, expired: false, amended: false });
      return first;
    }), knownOfOthers);
  };
  let results: readonly IntakeResult[] = [];
  const unique = [...new Map(freshOf(judged).map((fresh) => [fresh.id, fresh])).values()];
  await intake.commit.storeAtomically(scope.tenant.id, unique, (known) => {
    results = repeating(known);
    return !isRefused(results);
  });
  return counted(intake, results);
}

function counted({ count }: Intake, results: readonly IntakeResult[]): readonly IntakeResult[] {
  const counts: Partial<Record<IntakeResult['status'], number>> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  count(counts);
  return results;
}

type Known = ReadonlyMap<string, KnownEvent>;

/**
 * What is stored under the ids of events that are refused: the rules may have changed since they were taken, and a repeat is a success whatever
 * would be said of it now (E1). Null where nothing is refused.
 */
async function knownOfRefused({ commit }: Intake, { tenant }: Scope, judged: readonly Judged[]): Promise<Known | null> {
  const refused = judged.flatMap((one) => ('refusal' in one && one.ifTaken !== null ? [one.ifTaken.fresh] : []));
  return refused.length === 0 ? null : commit.find(tenant.id, refused);
}

const isReady = (one: Judged): one is Ready => 'fresh' in one && !('known' in one);
const freshOf = (judged: readonly Judged[]): NewEvent[] => judged.filter(isReady).map(({ fresh }) => fresh);

/** What is told of events before they are judged, in the order of the readings, and which of them are stored. */
interface Found {
  readonly identities: readonly (Identity | undefined)[];
  readonly known: Known;
}

/** A repeat needs no judgement: what was said of the event stands (E1). */
async function lookUp({ commit, turns }: Intake, scope: Scope, readings: readonly EventReading[]): Promise<Found> {
  const identities = await inTurns(turns, scope, readings, (reading) => (reading.ok ? identify(scope, reading.event) : undefined));
  const wanted = identities.filter((identity) => identity !== undefined);
  return { identities, known: wanted.length === 0 ? new Map() : await commit.find(scope.tenant.id, wanted) };
}

async function judgeAll({ facts, turns }: Intake, scope: Scope, readings: readonly EventReading[], found?: Found): Promise<readonly Judged[]> {
  const knownOf = (place: number): KnownEvent | undefined => found?.known.get(found.identities[place]?.id ?? '');
  const about = await facts.about(scope.tenant, readings.flatMap((reading, place) => (reading.ok && knownOf(place) === undefined ? [reading.event] : [])));
  return inTurns(turns, scope, readings, (reading, place) => {
    const identity = found?.identities[place];
    const known = knownOf(place);
    if (reading.ok && known !== undefined) return { reading, fresh: ifTaken(scope, reading.event, identity), known };
    return judge(scope, reading, about, identity);
  });
}

async function inTurns<R>(turns: Turns, { tenant }: Scope, readings: readonly EventReading[], work: (reading: EventReading, place: number) => R): Promise<R[]> {
  const results: R[] = [];
  for (const [place, reading] of readings.entries()) {
    if (place % eventsInTurn === 0 && readings.length > eventsInTurn) await turns.take(tenant.id);
    results.push(work(reading, place));
  }
  return results;
}

function judge(scope: Scope, reading: EventReading, facts: Facts, identity?: Identity): Judged {
  if (!reading.ok) {
    const [error] = reading.errors;
    return { ifTaken: null, transactionId: reading.transactionId, refusal: error ?? { code: 'invalid', path: '', message: 'The event is not valid.' } };
  }
  const { event, nameOf } = reading;
  const fresh = judgeEvent(scope, event, facts, identity);
  if ('id' in fresh) return { reading, fresh };
  const sent = { reading, fresh: ifTaken(scope, event, identity) };
  return { ifTaken: sent, transactionId: event.transactionId, refusal: { ...fresh, path: nameOf(fresh.path) } };
}

const unmatchedWords: Readonly<Record<UnmatchedReason, Omit<Refusal, 'code'>>> = {
  unknown_metric: { path: 'code', message: 'Stored; there is no billable metric with this code yet.' },
  unknown_customer: { path: 'external_customer_id', message: 'Stored; there is no such customer yet.' },
  unknown_subscription: { path: 'external_subscription_id', message: 'Stored; the customer has no such subscription yet.' },
  not_priced: { path: 'code', message: 'Stored; no subscription of the customer prices this metric at this time.' },
};

/** `outcomes`: for each event that was ready, what it repeats, or null. `knownOfOthers`: what those that were refused may repeat. */
function resultsOf(judged: readonly Judged[], outcomes: readonly (KnownEvent | null)[], knownOfOthers: Known | null): readonly IntakeResult[] {
  // With those of this request that came before.
  const firsts = knownOfOthers === null ? null : new Map(knownOfOthers);
  let ready = 0;
  return judged.map((one): IntakeResult => {
    if (!('fresh' in one)) return resultOfRefused(one, firsts);
    const { reading, fresh } = one;
    const known = 'known' in one ? one.known : outcomes[ready++] ?? null;
    firsts?.set(fresh.id, known ?? { ...fresh, expired: false });
    if (known !== null) return repeated(reading, fresh, known);
    const { transactionId, reason } = fresh;
    if (reason === null) return { transactionId, status: 'ingested', code: null, path: null, message: null, event: fresh };
    const { path, message } = unmatchedWords[reason];
    return { transactionId, status: 'unmatched', code: reason, path: reading.nameOf(path), message, event: fresh };
  });
}

function resultOfRefused({ refusal, transactionId, ifTaken: sent }: Refused, firsts: Known | null): IntakeResult {
  const known = sent === null ? undefined : firsts?.get(sent.fresh.id);
  if (sent !== null && known !== undefined) return repeated(sent.reading, sent.fresh, known);
  return { transactionId, status: 'rejected', ...refusal, event: null };
}

const expiredWords = 'Stored and counted before, and not kept any more: its content could not be compared.';

/** A repeat with the same content is a success, one with other content changes nothing (E1). */
function repeated(reading: Reading, fresh: NewEvent, known: KnownEvent): IntakeResult {
  const { transactionId } = fresh;
  if (known.expired) return { transactionId, status: 'duplicate', code: 'event_expired', path: null, message: expiredWords, event: fresh };
  if (isSameContent(reading.event, fresh, known)) {
    return { transactionId, status: 'duplicate', code: null, path: null, message: null, event: asKept(fresh, known) };
  }
  const message = 'This transaction id was used for an event with other content; nothing was changed.';
  return { transactionId, status: 'conflict', code: 'transaction_id_conflict', path: reading.nameOf('transaction_id'), message, event: null };
}

function asKept(fresh: NewEvent, { timestamp, reason, receivedAt, amended }: KeptEvent): TakenEvent {
  const { id, transactionId, externalCustomerId, externalSubscriptionId, code, propertiesText } = fresh;
  return { id, transactionId, externalCustomerId, externalSubscriptionId, code, timestamp, propertiesText, reason, receivedAt, amended };
}

/** The content as sent; an event sent without a time is repeated, too, with the time it was given then. */
function isSameContent(event: SentEvent, fresh: NewEvent, known: KeptEvent): boolean {
  if (fresh.contentHash === known.contentHash) return true;
  const isTimeGivenThen = event.timestamp?.equals(known.timestamp) ?? false;
  return isTimeGivenThen && hashContent(event, null) === known.contentHash;
}
