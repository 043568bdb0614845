import { PeerGone } from './peer.js';
import { WorkerGroup } from './worker-group.port.js';

/** The only process of its gateway. */
export class LoneWorker extends WorkerGroup {
  override readonly id = 1;
  override readonly size = 1;
  override readonly folder = undefined;

  override tell(): void {
    // Nobody is there.
  }

  override hear(): void {
    // Nobody says anything.
  }

  override onLeft(): void {
    // Nobody can leave.
  }

  override post(): void {
    // Nobody is there.
  }

  override ask<Answer>(): Promise<Answer> {
    return Promise.reject(new PeerGone());
  }

  override answer(): void {
    // Nobody asks.
  }
}
