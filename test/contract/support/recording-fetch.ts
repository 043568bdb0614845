/** One HTTP exchange of a client SDK. */
export interface Exchange {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** Milliseconds on the performance clock, at sending and at the answer's headers. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A fetch for client SDKs that counts what the SDK really sends: its retries are requests of their own. */
export class RecordingFetch {
  readonly exchanges: Exchange[] = [];

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const sentAt = performance.now();
    const response = await fetch(input, init);
    const url = input instanceof Request ? input.url : String(input);
    this.exchanges.push({
      url,
      status: response.status,
      headers: response.headers,
      sentAt,
      answeredAt: performance.now(),
    });
    return response;
  };

  get statuses(): number[] {
    return this.exchanges.map((exchange) => exchange.status);
  }

  /** How long the SDK waited before it tried again. */
  get waits(): number[] {
    return this.exchanges.slice(1).map((exchange, index) => exchange.sentAt - (this.exchanges[index]?.answeredAt ?? 0));
  }
}
