import { Injectable } from '@nestjs/common';
import { defaultIfEmpty, type Observable } from 'rxjs';
import type { Demand } from '../../../common/sse/demand.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import { BackgroundResponses } from '../background/background-responses.js';
import type { ResponseEvent } from '../response-events.types.js';
import { eventFrames } from '../response-frames.js';
import { bodyOf } from '../state/stored-items.js';
import { unpackFrames } from '../store/event-packing.js';
import { isLost, TOO_LONG } from '../store/event-recorder.js';
import { ResponseArchive } from '../store/response-archive.js';
import type { StoredResponse } from '../store/response-store.port.js';
import { framesAfter } from './frame-filter.js';
import { pulled, type Pull } from './pulled.js';
import { openingEvents, terminalEvent, wholeEvents } from './whole-events.js';
import { notStored } from '../not-stored.js';

/** How often a response that runs on another node is looked at, in milliseconds. */
const POLL_MS = 500;
/** Runs of events that are read at once. */
const RUNS = 8;
/** A comment, so that a stream without an event is a stream all the same. */
const NOTHING_MORE = ': no more events\n\n';
const RUNNING: ReadonlySet<string> = new Set(['queued', 'in_progress']);

/** Gives the events of a response again, and those that are still to come. */
@Injectable()
export class ResponseReplay {
  constructor(
    private readonly archive: ResponseArchive,
    private readonly background: BackgroundResponses,
    private readonly clock: Clock,
  ) {}

  /** Frames of the events after number `after`; -1 gives all. An unknown response is an error before the first. */
  stream(scope: string, id: string, after: number, demand: Demand): Observable<string> {
    return pulled((pull) => this.events(scope, id, after, pull), demand).pipe(defaultIfEmpty(NOTHING_MORE));
  }

  private async *events(scope: string, id: string, after: number, pull: Pull): AsyncGenerator<string, void> {
    const run = this.background.find(scope, id);
    yield* run ? run.events(after, pull) : this.storedEvents(scope, id, after, pull);
  }

  private async *storedEvents(scope: string, id: string, after: number, pull: Pull): AsyncGenerator<string, void> {
    let response = await this.find(scope, id);
    let at = after;
    while (!pull.signal.aborted) {
      const { frames, last, ended, found } = await this.stored(scope, id, at);
      at = last;
      if (frames !== '') yield frames;
      if (ended) return;
      if (found) continue;
      const isOver = !RUNNING.has(response.status);
      const more = isOver ? await this.rest(response, at) : openingOf(response, at);
      at = more.at(-1)?.sequence_number ?? at;
      if (more.length > 0) yield eventFrames(more);
      if (isOver) return;
      await this.pause(pull.signal);
      response = await this.find(scope, id);
    }
  }

  /** What is stored after a number, as far as it is read at once. */
  private async stored(scope: string, id: string, after: number) {
    let frames = '';
    let last = after;
    let ended = false;
    const runs = await this.archive.events(scope, id, after, RUNS);
    for (const run of runs) {
      if (isLost(run)) throw new GatewayError('unsupported_value', TOO_LONG, { param: 'stream' });
      const part = framesAfter(await unpackFrames(run.frames), last);
      frames += part.frames;
      last = Math.max(last, run.last);
      ended ||= part.ended;
    }
    return { frames, last, ended, found: runs.length > 0 };
  }

  /**
   * The end of a response of which no more is stored: all of it when it was never streamed. Else its last event, when
   * it was ended by another than who streamed it: after a node has gone, or by a caller on another node.
   */
  private async rest(response: StoredResponse, at: number): Promise<ResponseEvent[]> {
    const streamed = (await this.archive.events(response.scope, response.id, -1, 1)).length > 0;
    if (!streamed) return eventsAfter(wholeEvents(bodyOf(response)), at);
    return (await this.hasEnd(response)) ? [] : [terminalEvent(bodyOf(response), at + 1)];
  }

  private async hasEnd({ scope, id }: StoredResponse): Promise<boolean> {
    for (let at = -1; ;) {
      const { last, ended, found } = await this.stored(scope, id, at);
      if (ended || !found) return ended;
      at = last;
    }
  }

  private async find(scope: string, id: string): Promise<StoredResponse> {
    const found = await this.archive.find(scope, id);
    if (!found) throw notStored(id);
    return found;
  }

  private pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.clock.after(POLL_MS, done);
      signal.addEventListener('abort', done);
    });
  }
}

/** What a response that waits or runs on another node has certainly sent. */
function openingOf(response: StoredResponse, after: number): ResponseEvent[] {
  const events = openingEvents(bodyOf(response));
  return eventsAfter(response.status === 'queued' ? events.slice(0, -1) : events, after);
}

function eventsAfter<E extends ResponseEvent>(events: readonly E[], after: number): E[] {
  return events.filter((event) => event.sequence_number > after);
}
