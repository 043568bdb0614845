import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';

/** The requests that are being answered. */
@Injectable()
export class InFlight {
  private readonly answers = new Set<ServerResponse>();

  get count(): number {
    return this.answers.size;
  }

  begin(answer: ServerResponse): void {
    this.answers.add(answer);
  }

  end(answer: ServerResponse): void {
    this.answers.delete(answer);
  }

  /** Makes each answer whose head is not sent yet the last one on its connection: it says `connection: close`. */
  closeConnections(): void {
    for (const answer of this.answers) if (!answer.headersSent) answer.shouldKeepAlive = false;
  }
}
