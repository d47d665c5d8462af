import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Queue } from './queue.ts';

it('is what an array is from which the first are taken', () => {
  const steps = fc.array(fc.oneof(fc.integer(), fc.constantFrom('shift' as const, 'shift' as const, 'empty' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (taken) => {
      const queue = new Queue<number>();
      let model: number[] = [];
      for (const step of taken) {
        if (step === 'empty') {
          expect(queue.empty()).toEqual(model);
          model = [];
        } else if (typeof step === 'number') {
          queue.push(step);
          model.push(step);
        } else if (model.length > 0) {
          queue.shift();
          model.shift();
        }
        expect([queue.size, queue.first]).toEqual([model.length, model[0]]);
      }
    }),
  );
});
