import { Socket } from 'node:net';
import { GroupMember } from './group-member.js';
import { LoneWorker } from './lone-worker.js';
import { Peer } from './peer.js';
import type { WorkerGroup } from './worker-group.port.js';
import { readWorkerIdentity } from './worker-identity.js';

/** The pipe to the supervisor among the files that a worker begins with: worker-slot.ts opens it. */
const PIPE = 3;

/** The group that this process was started into, by its arguments; alone without any. */
export function joinGroup(): WorkerGroup {
  const identity = readWorkerIdentity(process.argv);
  return identity ? new GroupMember(new Peer(new Socket({ fd: PIPE })), identity) : new LoneWorker();
}
