/** Where a member is. */
export interface Seat<Member> {
  readonly member: Member;
  /** Its index, or -1 when it has left. */
  at: number;
}

/**
 * Who is there now, in no order. For what comes and goes with every request, in place of a `Set`, which makes the
 * members old: see `ChurnMap`.
 */
export class Roll<Member> {
  private readonly seats: Seat<Member>[] = [];

  get size(): number {
    return this.seats.length;
  }

  join(member: Member): Seat<Member> {
    const seat: Seat<Member> = { member, at: this.seats.length };
    this.seats.push(seat);
    return seat;
  }

  /** Leaving twice does nothing. */
  leave(seat: Seat<Member>): void {
    if (seat.at < 0) return;
    const last = this.seats.pop();
    if (last && last !== seat) {
      this.seats[seat.at] = last;
      last.at = seat.at;
    }
    seat.at = -1;
  }

  clear(): void {
    for (const seat of this.seats) seat.at = -1;
    this.seats.length = 0;
  }

  /** Those who are there when their turn comes; whoever joins meanwhile is left out. */
  *[Symbol.iterator](): Generator<Member> {
    for (const seat of this.seats.slice()) if (seat.at >= 0) yield seat.member;
  }
}
