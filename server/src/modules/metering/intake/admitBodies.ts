import { Gate, type Pass } from '../../../kernel/gate.ts';
import type { Admission } from '../../../kernel/operation.ts';
import type { Turns } from '../../../kernel/turns.ts';
import type { IntakeQueue } from './intakeQueue.ts';

/** Taken apart at once, in no time worth mentioning. */
const littleBytes = 16_384;
/** Of bodies that are taken apart, judged and written at a time: as events they are many times as large. More only waits for the store. */
const openBytes = 1_572_864;

/** Bodies of events: how many are read, how many are worked on, and when. */
export function admitBodies(queue: IntakeQueue, turns: Turns): Admission {
  const gate = new Gate(openBytes);
  return ({ tenant }, bytes) => {
    const room = queue.admit(tenant.id, bytes);
    let pass: Pass | null = null;
    return {
      grow: room.grow,
      async turn(length) {
        if (length <= littleBytes) return turns.pass(tenant.id);
        pass = gate.come(tenant.id, length);
        await pass.entered;
        await turns.take(tenant.id);
      },
      release() {
        pass?.leave();
        room.release();
      },
    };
  };
}
