import type { Peer } from '../common/workers/peer.js';
import { GROUP, type Heard, type Told } from '../common/workers/group-topics.js';

/** Passes on what the workers tell each other. */
export class Switchboard {
  private readonly peers = new Map<number, Peer>();

  connect(id: number, peer: Peer): void {
    this.peers.set(id, peer);
    peer.on(GROUP.tell, (told) => this.pass(id, told));
    peer.onClosed(() => {
      if (this.peers.get(id) === peer) this.peers.delete(id);
      for (const other of this.peers.values()) other.post(GROUP.left, id);
    });
  }

  private pass(from: number, [topic, message, to]: Told): void {
    const heard: Heard = [topic, message, from];
    if (to !== null) return this.peers.get(to)?.post(GROUP.told, heard);
    for (const [id, peer] of this.peers) if (id !== from) peer.post(GROUP.told, heard);
  }
}
