import { Socket } from 'node:net';
import { answerClientError } from './protocol-errors.js';
import { uploadSockets } from './upload-sockets.js';

const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

describe('a request that arrives too slowly', () => {
  it('ends with its connection', () => {
    const socket = new Socket();
    answerClientError(late, socket);
    expect(socket.destroyed).toBe(true);
  });

  it('goes on while its body is relayed, which has clocks of its own', () => {
    const socket = new Socket();
    uploadSockets.add(socket);
    answerClientError(late, socket);
    expect(socket.destroyed).toBe(false);

    uploadSockets.remove(socket);
    answerClientError(late, socket);
    expect(socket.destroyed).toBe(true);
  });

  it('ends for any other reason', () => {
    const socket = new Socket();
    uploadSockets.add(socket);
    answerClientError(Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_METHOD' }), socket);
    expect(socket.destroyed).toBe(true);
  });
});
