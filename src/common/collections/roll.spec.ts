import * as fc from 'fast-check';
import { Roll, type Seat } from './roll.js';

describe('Roll', () => {
  it('knows who is there, whoever leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(20)), { maxLength: 200 }), (list) => {
        const roll = new Roll<number>();
        const seats: Array<Seat<number>> = [];
        const model = new Set<number>();
        for (const [number, [joins, which]] of list.entries()) {
          const seat = seats[which];
          if (joins) {
            seats.push(roll.join(number));
            model.add(number);
          } else if (seat) {
            roll.leave(seat);
            roll.leave(seat);
            model.delete(seat.member);
          }
          expect(roll.size).toBe(model.size);
          expect(new Set(roll.members())).toEqual(model);
        }
      }),
    );
  });
});
