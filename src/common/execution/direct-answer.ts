import { StreamableFile } from '@nestjs/common';
import { EmptyError, type Observer } from 'rxjs';
import type { RequestContext } from './request-context.js';

/** Sends the last thing that a handler's Observable emits, when it completes, as Nest does; an error goes to the filter. */
export class DirectAnswer implements Observer<unknown> {
  private emitted: { readonly value: unknown } | undefined;

  constructor(
    private readonly context: RequestContext,
    private readonly refuse: (error: unknown, context: RequestContext) => void,
  ) {}

  next(value: unknown): void {
    this.emitted = { value };
  }

  error(error: unknown): void {
    this.refuse(error, this.context);
  }

  complete(): void {
    if (!this.emitted) return this.error(new EmptyError());
    try {
      this.send(this.emitted.value);
    } catch (error) {
      this.drop();
      this.error(error);
    }
  }

  /** What is not sent may hold a connection to somebody else. */
  private drop(): void {
    const value = this.emitted?.value;
    if (value instanceof StreamableFile) value.getStream().destroy();
  }

  private send(value: unknown): void {
    const { reply } = this.context;
    if (reply.sent || reply.raw.destroyed) return this.drop();
    if (!(value instanceof StreamableFile)) return void reply.send(value);
    const { type, disposition, length } = value.getHeaders();
    if (!reply.hasHeader('content-type')) void reply.type(type);
    if (disposition !== undefined && !reply.hasHeader('content-disposition')) {
      void reply.header('content-disposition', disposition);
    }
    if (length !== undefined && !reply.hasHeader('content-length')) void reply.header('content-length', length);
    void reply.send(value.getStream());
  }
}
