import type { Room } from '../../../kernel/operation.ts';
import { Problem } from '../../../kernel/problem.ts';

export interface RoomLimits {
  /** Bytes of bodies that are being read, wait or are worked on. */
  readonly mostBytes: number;
  /** Beyond them, for environments with little under way: an environment that has no more than `littleBytes` there may take of these. */
  readonly reserveBytes: number;
  readonly littleBytes: number;
}

const retryAfterSeconds = 1;

/** How much may be under way: bounded, with a share for each environment. A request is admitted by its size before its body is read, so that too much is refused at little cost. */
export class IntakeRoom {
  readonly #limits: RoomLimits;
  readonly #bytes = new Map<string, number>();
  #allBytes = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Makes room that can grow, or refuses: 429 where this environment has its share already, 503 where there is no room for anybody. */
  admit(tenantId: string, bytes: number): Pick<Room, 'grow' | 'release'> {
    let own = 0;
    const grow = (more: number) => {
      this.#check(tenantId, own, own + more);
      this.#add(tenantId, more);
      own += more;
    };
    grow(bytes);
    return {
      grow,
      release: () => {
        this.#add(tenantId, -own);
        own = 0;
      },
    };
  }

  #check(tenantId: string, own: number, wanted: number): void {
    const { mostBytes, reserveBytes, littleBytes } = this.#limits;
    const before = this.#bytes.get(tenantId) ?? 0;
    const others = before - own;
    const isLittle = others + wanted <= littleBytes;
    // As if there were one environment more than have something under way, so that one that comes finds room.
    const share = mostBytes / (this.#bytes.size + (before > 0 ? 1 : 2));
    // Whoever has nothing else under way may send a body of any size that an operation takes.
    if (others > 0 && !isLittle && others + wanted > share)
      throw new Problem(429, 'too_many_events', 'Too many events of this environment are waiting to be stored.', { retryAfterSeconds });
    const allOthers = this.#allBytes - own;
    if (allOthers > 0 && allOthers + wanted > mostBytes + (isLittle ? reserveBytes : 0))
      throw new Problem(503, 'busy', 'Too many events are waiting to be stored.', { retryAfterSeconds });
  }

  #add(tenantId: string, bytes: number): void {
    this.#allBytes += bytes;
    const now = (this.#bytes.get(tenantId) ?? 0) + bytes;
    if (now > 0) this.#bytes.set(tenantId, now);
    else this.#bytes.delete(tenantId);
  }
}
