import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gridPlaces, liveGrid, tileGrid } from '../../core/src/subscriptions/timeGrid.ts';

// Ten years of monthly billing from every anchor 1 to 31 in each of the twelve months, in thirty zones: `npm run torture:calendar`. That is 11,160
// lives of 120 periods each, shared out to as many threads as there are processors. Tests live a tenth of it.

/** Which lives a thread lives: those whose number leaves this remainder. */
interface Share {
  readonly first: number;
  readonly of: number;
}

/** What a thread says now and then: how many lives it lived since it last said so, and what was wrong with them. */
interface Progress {
  readonly lived: number;
  readonly faults: readonly string[];
}

const places = [...gridPlaces()];
const say = (line: string) => process.stdout.write(`${line}\n`);

function live({ first, of }: Share, tell: (progress: Progress) => void): void {
  const [each, mine] = [100, places.filter((_, index) => index % of === first)];
  for (let from = 0; from < mine.length; from += each) {
    const some = mine.slice(from, from + each);
    const faults = some.flatMap((place) => {
      const fault = tileGrid(place) ?? liveGrid(place);
      return fault === null ? [] : [`${JSON.stringify(place)}: ${fault}`];
    });
    tell({ lived: some.length, faults });
  }
}

/** Lives all of them; answers how many were lived and how many of them were wrong. Rejects where a thread breaks off. */
async function liveAll(threads: number): Promise<{ readonly lived: number; readonly wrong: number }> {
  const started = performance.now();
  let [lived, wrong, said] = [0, 0, 0];
  const note = (progress: Progress) => {
    lived += progress.lived;
    wrong += progress.faults.length;
    for (const fault of progress.faults) say(fault);
    if (lived - said < 1000 && lived < places.length) return;
    said = lived;
    say(`${lived} of ${places.length} lives, ${wrong} of them wrong, after ${Math.round((performance.now() - started) / 1000)} s`);
  };
  const shares = Array.from({ length: threads }, (_, first): Share => ({ first, of: threads }));
  await Promise.all(shares.map((share) => new Promise<void>((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: share });
    thread.on('message', note).on('error', reject).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A thread ended with ${code}.`))));
  })));
  return { lived, wrong };
}

if (isMainThread) {
  const threads = availableParallelism();
  say(`${places.length} lives of ten years, on ${threads} threads`);
  const { lived, wrong } = await liveAll(threads);
  say(`${lived} lives of ten years, ${wrong} of them wrong`);
  process.exitCode = lived === places.length && wrong === 0 ? 0 : 1;
} else live(workerData, (progress) => parentPort?.postMessage(progress));
