/** An error as one dialect writes it. */
export interface ErrorEnvelope {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}
