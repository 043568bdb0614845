import type { ResponseEvent } from './response-events.types.js';

/** Numbers the events of one stream and collects them until they are taken. */
export class EventLog {
  private events: ResponseEvent[] = [];

  constructor(private sequence = 0) {}

  /** The next sequence number; each one has to be used. */
  next(): number {
    const number = this.sequence;
    this.sequence += 1;
    return number;
  }

  add(event: ResponseEvent): void {
    this.events.push(event);
  }

  /** The events since the last time. */
  take(): ResponseEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
