import { type Gathered, METRICS, type Snapshot } from '../common/workers/metrics-topics.js';
import type { Peer } from '../common/workers/peer.js';

/**
 * Gathers what all workers count when one of them is scraped, and keeps what those had counted that ended: sums that
 * became smaller would be taken for a new start of everything.
 */
export class MetricsHost {
  private readonly peers = new Map<number, Peer>();
  private readonly last = new Map<Peer, Snapshot>();
  private readonly departed: Snapshot[] = [];

  connect(id: number, peer: Peer): void {
    this.peers.set(id, peer);
    peer.on(METRICS.gather, () => this.gather());
    peer.on(METRICS.fold, ({ replaces, by }) => void this.departed.splice(0, replaces, by));
    peer.onClosed(() => {
      if (this.peers.get(id) === peer) this.peers.delete(id);
      const last = this.last.get(peer);
      this.last.delete(peer);
      if (last !== undefined) this.departed.push(last);
    });
  }

  private async gather(): Promise<Gathered> {
    const asked = [...this.peers.values()].map(async (peer) => {
      this.last.set(peer, await peer.ask(METRICS.snapshot, null));
    });
    // Who ends meanwhile does not answer: its last snapshot is among the departed then.
    await Promise.allSettled(asked);
    return { live: [...this.last.values()], departed: this.departed };
  }
}
