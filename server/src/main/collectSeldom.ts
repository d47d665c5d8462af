import { setFlagsFromString } from 'node:v8';

/** By how many per cent what is kept in memory grows before all of it is collected. */
const growth = 150;

/**
 * Has the heap collected less often. V8 goes by how fast a program makes objects of its own: where most of what comes and goes are buffers
 * from the network it collects everything, for 10 to 30 ms, as soon as a third was added, which is twice a second where somebody sends too much.
 */
export function collectSeldom(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}
