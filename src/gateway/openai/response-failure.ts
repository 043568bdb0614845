/** The event with which an upstream itself ended a stream of its Responses API in failure: the caller's own dialect. */
export class ResponseFailure extends Error {
  override readonly name = 'ResponseFailure';

  constructor(
    /** The event as a frame. */
    readonly frame: string,
  ) {
    super('The upstream ended its response in failure.');
  }
}
