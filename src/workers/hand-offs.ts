import type { ChildProcess } from 'node:child_process';

/** What Node's cluster says to a worker when it gives it a connection, and what the worker says to that. */
interface ClusterMessage {
  readonly cmd?: string;
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * Node forgets a connection that it has given to a worker which died before it took it: its client waits for ever. This
 * tells Node then what a worker says that is about to end, and another one gets the connection. It leans on the words
 * that the processes of a cluster use between themselves; test/governance/workers.cli.ts fails when they change.
 */
export function redealHandOffs(worker: ChildProcess): void {
  const untaken = new Set<number>();
  const send = worker.send.bind(worker);
  const watched = (message: ClusterMessage, ...rest: unknown[]): boolean => {
    if (message.act === 'newconn' && message.seq !== undefined) untaken.add(message.seq);
    return Reflect.apply(send, worker, [message, ...rest]) === true;
  };
  Object.assign(worker, { send: watched });
  worker.on('internalMessage', ({ ack }: ClusterMessage) => {
    if (ack !== undefined) untaken.delete(ack);
  });
  worker.once('exit', () => {
    for (const ack of untaken) worker.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: false });
  });
}
