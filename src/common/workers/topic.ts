/** What two processes of a gateway talk of: the types of what is said, so that both ends mean the same. */
export interface Topic<Body, Answer = void> {
  readonly name: string;
  /** For the compiler alone. */
  readonly types?: (body: Body) => Answer;
}

export function topic<Body, Answer = void>(name: string): Topic<Body, Answer> {
  return { name };
}
