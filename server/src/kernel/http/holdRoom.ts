import type { ServerResponse } from 'node:http';
import { Problem } from '../problem.ts';

/** The room of one request. */
export interface HeldRoom {
  /** Works on the request, and keeps its room for as long as that takes. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Gives room back once the response is closed and nobody works on the request any more. A client that goes away closes the response, but
 * ends no work that was begun: what it sent is still in memory. Work that has not begun by then is not begun.
 */
export function holdRoom(response: ServerResponse, release: () => void): HeldRoom {
  let isWorkedOn = false;
  const releaseUnlessNeeded = () => {
    if (response.closed && !isWorkedOn) release();
  };
  response.once('close', releaseUnlessNeeded);
  // It may have gone away while it was found out who it is.
  releaseUnlessNeeded();
  return {
    async during(work) {
      if (response.closed) throw new Problem(400, 'bad_request', 'The connection was closed before the request was read.');
      isWorkedOn = true;
      try {
        return await work();
      } finally {
        isWorkedOn = false;
        releaseUnlessNeeded();
      }
    },
  };
}
