import { SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** How the body of a streamed answer is written. */
export interface StreamForm {
  readonly contentType: string;
  /** Written in a silence; a reader of this form makes nothing of it. */
  readonly keepAlive: string;
}

export const SERVER_SENT_EVENTS: StreamForm = {
  contentType: 'text/event-stream; charset=utf-8',
  // A comment.
  keepAlive: ': keep-alive\n\n',
};

/** One JSON array whose items are sent as they come. */
export const JSON_ARRAY: StreamForm = { contentType: 'application/json; charset=utf-8', keepAlive: '\n' };

/** The form in which a request wants its answer streamed; undefined when it wants it whole. */
export type StreamChoice = (request: FastifyRequest) => StreamForm | undefined;

/** Metadata key of a route whose requests do not say `stream` in their body. */
export const STREAM_CHOICE = 'asbru:stream-choice';

/** Says how a route's answers are streamed, where that is not the body's `stream: true`. */
export const Streamed = (choice: StreamChoice): MethodDecorator => SetMetadata(STREAM_CHOICE, choice);
