import type { ServerResponse } from 'node:http';
import type { Room } from '../operation.ts';
import { Problem } from '../problem.ts';

/** The room of one request, which is given back by itself. */
export interface HeldRoom extends Pick<Room, 'grow' | 'turn'> {
  /** Works on the request, and keeps its room for as long as that takes. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Gives room back once the response is closed and nobody works on the request any more. A client that goes away closes the response, but
 * ends no work that was begun: what it sent is still in memory. Work that has not begun by then is not begun.
 */
export function holdRoom(response: ServerResponse, room: Room): HeldRoom {
  let isWorkedOn = false;
  const releaseUnlessNeeded = () => {
    if (response.closed && !isWorkedOn) room.release();
  };
  response.once('close', releaseUnlessNeeded);
  // It may have gone away while it was found out who it is.
  releaseUnlessNeeded();
  const refuseIfGone = () => {
    if (response.closed) throw new Problem(400, 'bad_request', 'The connection was closed before the request was read.');
  };
  return {
    grow: (bytes) => room.grow(bytes),
    async turn(bytes) {
      refuseIfGone();
      await room.turn(bytes);
      refuseIfGone();
    },
    async during(work) {
      refuseIfGone();
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
