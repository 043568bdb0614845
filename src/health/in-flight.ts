import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Roll, type Seat } from '../common/collections/roll.js';

/** The requests that are being answered. */
@Injectable()
export class InFlight {
  private readonly answers = new Roll<ServerResponse>();

  get count(): number {
    return this.answers.size;
  }

  /** @returns what `end` is called with */
  begin(answer: ServerResponse): Seat<ServerResponse> {
    return this.answers.join(answer);
  }

  end(seat: Seat<ServerResponse>): void {
    this.answers.leave(seat);
  }

  /** Makes each answer whose head is not sent yet the last one on its connection: it says `connection: close`. */
  closeConnections(): void {
    for (const answer of this.answers) if (!answer.headersSent) answer.shouldKeepAlive = false;
  }
}
