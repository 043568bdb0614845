import type { Socket } from 'node:net';

const uploading = new WeakSet<Socket>();

/**
 * Sockets whose request's body may take longer to arrive than the server allows for a request: what is relayed while it
 * arrives has clocks of its own.
 */
export const uploadSockets = {
  add: (socket: Socket): void => void uploading.add(socket),
  remove: (socket: Socket): void => void uploading.delete(socket),
  has: (socket: Socket): boolean => uploading.has(socket),
};
