import { beginDraining, closeGracefully } from '../../src/shutdown.js';
import { CHAT, type TestGateway, withGateway } from '../support/gateway.js';
import { RawSocket, rawPost } from '../support/raw-socket.js';

const CHAT_PATH = '/v1/chat/completions';
const STREAM = { ...CHAT, stream: true };
/** So slow that no answer ends by itself while a test runs. */
const SLOW = { paceMs: 300 };
const LONG = `Say: ${'word '.repeat(200)}`;

/** Opens a stream and waits for its head. */
async function openStream(gateway: TestGateway, path: string, body: unknown): Promise<RawSocket> {
  const socket = await RawSocket.open(gateway.port);
  await socket.write(rawPost(path, JSON.stringify(body)));
  await socket.until(/\ndata: /);
  return socket;
}

describe('Draining', () => {
  it('while balancers are told, requests are taken and each answer is the last on its connection', () =>
    withGateway({}, async (gateway) => {
      expect((await gateway.chat()).headers.connection).toBe('keep-alive');
      beginDraining(gateway.app);
      const answers = [await gateway.chat(), await gateway.chat({ stream: true }), await gateway.get('/v1/models')];
      expect(answers.map(({ status, headers }) => [status, headers.connection])).toEqual([
        [200, 'close'],
        [200, 'close'],
        [200, 'close'],
      ]);
      expect((await gateway.get('/health/live')).status).toBe(200);
      const ready = await gateway.get('/health/ready');
      expect([ready.status, ready.error.code]).toEqual([503, 'server_draining']);
    }));

  it('an answer that was asked for before it is told so too', () =>
    withGateway({ sandbox: { latencyMs: 50 } }, async (gateway) => {
      const asked = gateway.chat();
      await gateway.arrival();
      beginDraining(gateway.app);
      expect((await asked).headers.connection).toBe('close');
    }));

  it('running streams end whole, and the process does not wait longer than for them', () =>
    withGateway({ sandbox: { paceMs: 5 } }, async (gateway) => {
      const socket = await openStream(gateway, CHAT_PATH, STREAM);
      await closeGracefully(gateway.app, 60_000);
      await socket.closed;
      expect(socket.text).toMatch(/data: \[DONE\]\n\n\r\n0\r\n\r\n$/);
    }));

  it('a connection that has sent nothing holds nobody up', () =>
    withGateway({}, async (gateway) => {
      const silent = await RawSocket.open(gateway.port);
      const partial = await RawSocket.open(gateway.port);
      await partial.write('POST /v1/chat/completions HTTP/1.1\r\nhost: gat');
      await closeGracefully(gateway.app, 60_000);
      await Promise.all([silent.closed, partial.closed]);
      expect(partial.text).toBe('');
    }));

  it('a new request on a connection that is still open is refused with 503', () =>
    withGateway({ sandbox: { paceMs: 5 } }, async (gateway) => {
      const socket = await openStream(gateway, CHAT_PATH, STREAM);
      const closing = closeGracefully(gateway.app, 60_000);
      await socket.write(rawPost(CHAT_PATH, '{'));
      await closing;
      await socket.closed;
      const [stream = '', refusal = ''] = socket.text.split('0\r\n\r\n');
      expect(stream).toMatch(/data: \[DONE\]/);
      expect(refusal).toMatch(/^HTTP\/1\.1 503 /);
      expect(refusal.toLowerCase()).toMatch(/\r\nconnection: close\r\n[^]*\r\nretry-after: 1\r\n/);
      expect(refusal).toMatch(/"code":"server_draining"/);
      expect(gateway.sent).toHaveLength(1);
    }));

  it('when the time is up, each stream ends with an error of its dialect and no sign of success', () =>
    withGateway({ sandbox: SLOW }, async (gateway) => {
      const [chat, text, responses] = await Promise.all([
        openStream(gateway, CHAT_PATH, { ...STREAM, messages: [{ role: 'user', content: LONG }] }),
        openStream(gateway, '/v1/completions', { model: CHAT.model, prompt: LONG, stream: true }),
        openStream(gateway, '/v1/responses', { model: CHAT.model, input: LONG, stream: true }),
      ]);
      await closeGracefully(gateway.app, 50);
      await Promise.all([chat.closed, text.closed, responses.closed]);
      for (const socket of [chat, text, responses]) {
        // The chunked body has its proper end, so that clients see the error and not a broken connection.
        expect(socket.text).toMatch(/\n\n\r\n0\r\n\r\n$/);
        expect(socket.text).not.toMatch(/\[DONE\]|response\.completed/);
      }
      const error = /data: \{"error":\{"message":"[^"]+","type":"server_error","param":null,"code":"server_draining"\}/;
      expect(chat.text).toMatch(error);
      expect(text.text).toMatch(error);
      expect(responses.text).toMatch(/event: response\.failed\ndata: [^\n]*"message":"The gateway is shutting down/);
    }));

  it('when the time is up, an answer that has not begun is a 503', () =>
    withGateway({ sandbox: { latencyMs: 60_000 } }, async (gateway) => {
      const asked = [gateway.chat(), gateway.chat({ stream: true })];
      await gateway.arrival(2);
      await closeGracefully(gateway.app, 20);
      for (const answer of await Promise.all(asked)) {
        expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
        expect(answer.error.code).toBe('server_draining');
      }
    }));
});
