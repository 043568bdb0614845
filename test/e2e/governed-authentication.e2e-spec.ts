import { randomBytes } from 'node:crypto';
import { statusWithin } from '../support/admins.js';
import { bearer, Governed, type HeldKey, MODELS } from '../support/governed.js';
import { ask, codeIn, ENVELOPES, errorOf } from '../support/governed-calls.js';
import { RawSocket } from '../support/raw-socket.js';
import { within } from '../support/within.js';

const HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key', 'x-asbru-key', 'x-bf-vk'];

describe('Who has a virtual key', () => {
  let governed: Governed;
  let key: HeldKey;

  beforeAll(async () => {
    governed = await Governed.start();
    key = await governed.key();
  });
  afterEach(() => governed.reset());
  afterAll(() => governed.close());

  const status = async (headers: Record<string, string>): Promise<number> =>
    (await governed.gateway.chat({ model: MODELS.cerebras }, headers)).status;

  it.each(HEADERS)('is let in by %s', async (name) => {
    expect(await status({ [name]: key.key })).toBe(200);
  });

  it('is let in by Authorization: Bearer', async () => {
    expect(await status(bearer(key.key))).toBe(200);
  });

  describe.each(ENVELOPES)('in the dialect of $name', (asking) => {
    const said = async (headers: Record<string, string>) => {
      const answer = await ask(governed.gateway, asking, headers);
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      return errorOf(answer, asking.envelope);
    };

    it('is refused with 401 without one', async () => {
      const error = await said({});
      expect(error).toMatchObject({ status: 401, code: codeIn(asking.envelope, 'invalid_api_key') });
      expect(error.message).toContain("didn't provide");
    });

    it('learns no difference between an unknown, a revoked, a disabled and a foreign one', async () => {
      const [revoked, disabled] = [await governed.key(), await governed.key()];
      await governed.owner.post(`/admin/v1/virtual-keys/${revoked.id}/revoke`, {});
      await governed.change(`virtual-keys/${disabled.id}`, { status: 'disabled' });
      const keys = [
        'sk-asbru-k7f2m9qx-notakeyofanybody000000000000',
        revoked.key,
        disabled.key,
        // Another vendor's, and an administrator's.
        'sk-proj-of-somebody-else',
        governed.owner.token,
      ];
      const errors = await Promise.all(keys.map((one) => said(bearer(one))));
      expect(errors[0]).toMatchObject({ status: 401, code: codeIn(asking.envelope, 'invalid_api_key') });
      for (const error of errors) expect(error).toEqual(errors[0]);
    });

    it('is told when it has expired', async () => {
      const expiring = await governed.key({ expires_at: new Date(Date.now() + 300).toISOString() });
      const end = performance.now() + 5_000;
      let answer = await ask(governed.gateway, asking, bearer(expiring.key));
      while (answer.status === 200 && performance.now() < end) {
        answer = await ask(governed.gateway, asking, bearer(expiring.key));
      }
      const error = errorOf(answer, asking.envelope);
      expect(error).toMatchObject({ status: 401, code: codeIn(asking.envelope, 'invalid_api_key') });
      expect(error.message).toContain('expired');
    });

    it('is refused from another network, and without the headers that the key requires', async () => {
      const elsewhere = await governed.key({ networks: ['10.0.0.0/8', '2001:db8::/32'] });
      const there = errorOf(await ask(governed.gateway, asking, bearer(elsewhere.key)), asking.envelope);
      expect(there).toMatchObject({ status: 403, code: codeIn(asking.envelope, 'network_not_allowed') });
      const here = await governed.key({ networks: ['127.0.0.0/8'], required_headers: { 'X-Cost-Center': 'cc-*' } });
      const bare = errorOf(await ask(governed.gateway, asking, bearer(here.key)), asking.envelope);
      expect(bare.status).toBe(400);
      expect(bare.message).toContain('x-cost-center');
      const right = await ask(governed.gateway, asking, { ...bearer(here.key), 'x-cost-center': 'cc-7' });
      expect(right.status).toBe(200);
    });
  });

  it('is refused before the body is read', async () => {
    const socket = await RawSocket.open(governed.gateway.port);
    await socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n' +
        'authorization: Bearer sk-asbru-forged\r\n\r\n{"model"',
    );
    expect(await within(5_000, 'an answer without the body', socket.until(/\r\n\r\n/))).toMatch(/^HTTP\/1\.1 401 /);
    socket.close();
  });

  it('cannot be forged: none of 5,000 tries is let in, and no upstream hears of them', async () => {
    const real = key.key;
    const forged = Array.from({ length: 5_000 }, (_, n) => {
      if (n % 5 === 0) return `${real.slice(0, -1)}${real.endsWith('a') ? 'b' : 'a'}`.concat(n === 0 ? '' : String(n));
      if (n % 5 === 1) return real.slice(0, 1 + (n % (real.length - 1)));
      if (n % 5 === 2) return `sk-asbru-${randomBytes(24).toString('base64url')}`;
      if (n % 5 === 3) return real.toUpperCase() + (n % 7 === 0 ? '' : n);
      return `${real}${randomBytes(2).toString('hex')}`;
    });
    const statuses = new Map<number, number>();
    for (let from = 0; from < forged.length; from += 100) {
      const some = forged
        .slice(from, from + 100)
        .map((one, n) =>
          governed.gateway.get('/v1/models', n % 2 === 0 ? bearer(one) : { [HEADERS[n % 5] ?? '']: one }),
        );
      for (const answer of await Promise.all(some)) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([[401, 5_000]]);
    expect(governed.gateway.sent).toEqual([]);
  }, 60_000);

  it('goes on with the old secret while a rotation overlaps, and not after it', async () => {
    const before = await governed.key();
    const after = await governed.make<HeldKey>(`virtual-keys/${before.id}/rotate`, { overlap_seconds: 1 });
    expect(after.key).not.toBe(before.key);
    expect([await status(bearer(before.key)), await status(bearer(after.key))]).toEqual([200, 200]);
    await statusWithin(5_000, 401, () => governed.chat(before));
    expect(await status(bearer(after.key))).toBe(200);
    const last = await governed.make<HeldKey>(`virtual-keys/${before.id}/rotate`, {});
    expect([await status(bearer(after.key)), await status(bearer(last.key))]).toEqual([401, 200]);
  });

  it('has lost it as soon as its revocation is answered', async () => {
    const gone = await governed.key();
    expect((await governed.chat(gone)).status).toBe(200);
    await governed.make(`virtual-keys/${gone.id}/revoke`, {});
    expect((await governed.chat(gone)).status).toBe(401);
    const deleted = await governed.key();
    expect((await governed.owner.call('DELETE', `/admin/v1/virtual-keys/${deleted.id}`)).status).toBe(200);
    expect((await governed.chat(deleted)).status).toBe(401);
  });
});

describe('Where keys are not required', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start({ env: { ASBRU_AUTH: 'open' } });
  });
  afterAll(() => governed.close());

  it('whoever has none is answered, and in the ledger under the default organisation', async () => {
    const answer = await governed.gateway.chat({ model: MODELS.cerebras }, bearer('sk-any-text-will-do'));
    expect(answer.status).toBe(200);
    const [record] = await governed.records(1, 'organization=org_default');
    expect(record).toMatchObject({
      request_id: answer.headers['x-request-id'],
      organization_id: 'org_default',
      virtual_key_id: null,
      input_tokens: answer.completion.usage?.prompt_tokens,
      output_tokens: answer.completion.usage?.completion_tokens,
    });
    expect(record?.cost_micros).toBeGreaterThan(0);
  });

  it('a wrong key of this gateway is refused all the same', async () => {
    const wrong = bearer('sk-asbru-k7f2m9qx-notakeyofanybody000000000000');
    expect((await governed.gateway.chat({ model: MODELS.cerebras }, wrong)).status).toBe(401);
    expect((await governed.gateway.chat({ model: MODELS.cerebras }, { 'x-bf-vk': 'any' })).status).toBe(401);
  });

  it('a key binds who sends one', async () => {
    const key = await governed.key({ allowed_models: ['llama*'] });
    expect((await governed.chat(key)).status).toBe(403);
  });
});
