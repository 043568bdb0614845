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
          expect(new Set(roll)).toEqual(model);
        }
      }),
    );
  });

  it('leaves out who has left when his turn comes, and who has come meanwhile', () => {
    const roll = new Roll<string>();
    const seats = ['a', 'b', 'c'].map((member) => roll.join(member));
    const seen: string[] = [];
    for (const member of roll) {
      seen.push(member);
      roll.join('late');
      if (seats[1]) roll.leave(seats[1]);
    }
    expect(seen).toEqual(['a', 'c']);
  });

  it('is empty when it was cleared, and then leaving does nothing', () => {
    const roll = new Roll<string>();
    const seat = roll.join('a');
    roll.clear();
    roll.join('b');
    roll.leave(seat);
    expect([...roll]).toEqual(['b']);
  });
});
