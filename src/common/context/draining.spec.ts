import { Observable, Subject } from 'rxjs';
import { dataFrame, DONE_FRAME, type FrameWriter, toFrames } from '../sse/frames.js';
import { CallContext } from './call-context.js';
import { Draining } from './draining.js';

const WRITER: FrameWriter<string> = {
  pieces: (batch) => batch.map((piece) => dataFrame(piece)).join(''),
  end: () => DONE_FRAME,
  failure: (error) => dataFrame({ code: error.code }),
};

/** A stream of a process that can be told to end. */
class Stream {
  readonly call = new CallContext('req_1');
  readonly frames: string[] = [];
  readonly pieces = new Subject<readonly string[]>();
  ended: unknown;

  constructor(draining: Draining) {
    this.call.draining = draining;
    toFrames(this.pieces, WRITER, this.call).subscribe({
      next: (frames) => this.frames.push(frames),
      error: (error: unknown) => (this.ended = error),
      complete: () => (this.ended = 'complete'),
    });
  }
}

describe('Draining', () => {
  it('goes on step by step', () => {
    const draining = new Draining();
    expect([draining.hasBegun, draining.refusesRequests]).toEqual([false, false]);
    draining.begin();
    expect([draining.hasBegun, draining.refusesRequests]).toEqual([true, false]);
    draining.refuse();
    expect([draining.hasBegun, draining.refusesRequests]).toEqual([true, true]);
  });

  it('ends a stream that has begun with a frame that says why, and stops its source', () => {
    const draining = new Draining();
    const stream = new Stream(draining);
    stream.pieces.next(['a']);
    draining.end();
    expect(stream.frames).toEqual([dataFrame('a'), dataFrame({ code: 'server_draining' })]);
    expect(stream.ended).toBe('complete');
    expect(stream.call.error?.code).toBe('server_draining');
    expect(stream.pieces.observed).toBe(false);
  });

  it('fails a stream that has not begun, so that its status says so', () => {
    const draining = new Draining();
    const stream = new Stream(draining);
    draining.end();
    expect(stream.frames).toEqual([]);
    expect(stream.ended).toMatchObject({ status: 503, code: 'server_draining', headers: { 'retry-after': '1' } });
  });

  it('lets a stream that is complete alone, and refuses one that begins too late', () => {
    const draining = new Draining();
    const done = new Stream(draining);
    done.pieces.next(['a']);
    done.pieces.complete();
    draining.end();
    expect(done.frames).toEqual([dataFrame('a'), DONE_FRAME]);
    expect(new Stream(draining).ended).toMatchObject({ code: 'server_draining' });
  });

  it('tells each listener once, and none that another one has stopped', () => {
    const draining = new Draining();
    const told: string[] = [];
    draining.onTimeUp(() => {
      told.push('first');
      stop();
    });
    const stop = draining.onTimeUp(() => told.push('stopped'));
    draining.end();
    draining.end();
    expect(told).toEqual(['first']);
  });

  it('does not ask a source for anything when the time is up already', () => {
    const draining = new Draining();
    draining.end();
    let asked = false;
    const call = new CallContext('req_1');
    call.draining = draining;
    const source = new Observable<readonly string[]>(() => {
      asked = true;
    });
    toFrames(source, WRITER, call).subscribe({ error: () => undefined });
    expect(asked).toBe(false);
  });
});
