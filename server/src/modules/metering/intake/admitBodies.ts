import { Gate, type Pass } from '../../../kernel/gate.ts';
import type { Admission } from '../../../kernel/operation.ts';
import type { IntakeRoom } from './intakeRoom.ts';

/** Taken apart, judged and answered at once, in no time worth mentioning. */
export const littleBytes = 16_384;
/** Of bodies that are taken apart, judged and written at a time: as events they are many times as large. More only waits for the store. */
const openBytes = 1_572_864;

/** Bodies of events: how many are read, and how many are worked on. `comeBy` is told of those who have little to send. */
export function admitBodies(room: IntakeRoom, comeBy: (tenantId: string) => void): Admission {
  const gate = new Gate(openBytes);
  return ({ tenant }, bytes) => {
    const own = room.admit(tenant.id, bytes);
    let pass: Pass | null = null;
    return {
      grow: own.grow,
      async turn(length) {
        if (length <= littleBytes) return comeBy(tenant.id);
        pass = gate.come(tenant.id, length);
        await pass.entered;
      },
      release() {
        pass?.leave();
        own.release();
      },
    };
  };
}
