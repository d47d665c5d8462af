import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel counts of a process, in ticks of 10 ms. */
interface Usage {
  readonly parent: number;
  /** Its own and that of its children who have ended. */
  readonly ticks: number;
}

const ticksPerSecond = 100;

function usageOf(pid: string): Usage | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in brackets, may hold anything; after it come state, parent and the rest.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + (fields[field] ?? 0), 0);
    return { parent: fields[1] ?? 0, ticks };
  } catch {
    return null;
  }
}

/** Ticks of the processes given and everything they started. */
function ticksOf(roots: readonly number[]): number {
  const all = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), usageOf(name)]));
  const children = Map.groupBy(all.keys(), (pid) => all.get(pid)?.parent ?? 0);
  const ours = new Set<number>();
  const queue = [...roots];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    if (ours.has(pid)) continue;
    ours.add(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return [...ours].reduce((sum, pid) => sum + (all.get(pid)?.ticks ?? 0), 0);
}

/** Ticks of the whole machine that were not idle, those a hypervisor took included. */
function busyTicks(): number {
  const [, ...fields] = (readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '').split(/ +/).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return user + nice + system + irq + softirq + steal;
}

/**
 * Runs `work` and answers how many processors others than the processes given used meanwhile; null on a system that does not
 * tell. What the kernel does for us outside our processes counts as foreign, too: some hundredths.
 */
export async function watchOthers<T>(roots: readonly number[], work: () => Promise<T>): Promise<{ value: T; foreign: number | null }> {
  if (process.platform !== 'linux') return { value: await work(), foreign: null };
  const began = performance.now();
  const before = busyTicks() - ticksOf(roots);
  const value = await work();
  const after = busyTicks() - ticksOf(roots);
  const seconds = (performance.now() - began) / 1000;
  return { value, foreign: Math.max(0, (after - before) / ticksPerSecond / seconds) };
}

/** Resident and highest resident memory of a process in bytes; null on a system that does not tell. */
export function memoryOf(pid: number): { readonly resident: number; readonly highest: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    const bytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1]) * 1024;
    return { resident: bytes('VmRSS'), highest: bytes('VmHWM') };
  } catch {
    return null;
  }
}

/** The processes that a process started. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && usageOf(name)?.parent === pid).map(Number);
}
