import { ManualClock } from '../../common/time/manual-clock.js';
import { AppConfig } from '../../config/app.config.js';
import { KeyDirectory, type KeyHolder, type KeyLookup } from '../keys/key-directory.port.js';
import { CallerAuthentication } from './caller-authentication.js';
import { keyHolder } from './fake-key-holder.js';

const KEY = 'sk-asbru-valid';

class OneKey extends KeyDirectory {
  override readonly ready = true;
  constructor(private readonly answer: KeyLookup) {
    super();
  }

  override find(token: string): KeyLookup {
    return token === KEY ? this.answer : { found: undefined, reason: 'unknown' };
  }

  override isOwnForm(token: string): boolean {
    return token.startsWith('sk-asbru-');
  }
}

type Request = Parameters<CallerAuthentication['authenticate']>[0];

function ask(
  headers: Record<string, string>,
  {
    mode = 'required',
    answer = { found: keyHolder() },
    address = '10.1.2.3',
  }: { mode?: 'open' | 'required'; answer?: KeyLookup; address?: string } = {},
) {
  const config = Object.assign(new AppConfig(), { ASBRU_AUTH: mode });
  const authentication = new CallerAuthentication(new OneKey(answer), config, new ManualClock());
  const request = { headers, clientAddress: address } as Request;
  try {
    authentication.authenticate(request);
    return request.caller?.id ?? 'anonymous';
  } catch (error) {
    return `${(error as { status: number }).status} ${(error as { code: string }).code}`;
  }
}

const holderWith = (terms: Partial<KeyHolder>): KeyLookup => ({ found: keyHolder(terms) });

describe('Who calls', () => {
  it.each([
    ['authorization', `Bearer ${KEY}`],
    ['authorization', `bearer  ${KEY}`],
    ['x-api-key', KEY],
    ['api-key', KEY],
    ['x-goog-api-key', KEY],
    ['x-asbru-key', KEY],
    ['x-bf-vk', KEY],
  ])('is known by the key in %s', (name, value) => {
    expect(ask({ [name]: value })).toBe('vk_1');
  });

  it('is known beside a key of a provider', () => {
    expect(ask({ authorization: 'Bearer sk-openai', 'x-asbru-key': KEY })).toBe('vk_1');
    expect(ask({ authorization: 'Bearer sk-openai', 'x-api-key': KEY })).toBe('vk_1');
  });

  it.each([
    ['no key', {}, '401 invalid_api_key', 'anonymous'],
    ['a key of somebody else', { authorization: 'Bearer sk-openai' }, '401 invalid_api_key', 'anonymous'],
    ['a forged key', { authorization: 'Bearer sk-asbru-forged' }, '401 invalid_api_key', '401 invalid_api_key'],
    ['anything in a header of ours', { 'x-asbru-key': 'any' }, '401 invalid_api_key', '401 invalid_api_key'],
    ['no Bearer', { authorization: KEY }, '401 invalid_api_key', 'anonymous'],
    ['an endless key', { 'x-api-key': 'x'.repeat(600) }, '401 invalid_api_key', 'anonymous'],
  ])('with %s is refused where keys are required, and else unknown or refused', (_, headers, required, open) => {
    expect(ask(headers)).toBe(required);
    expect(ask(headers, { mode: 'open' })).toBe(open);
  });

  it('is told when the key has expired', () => {
    const answer: KeyLookup = { found: undefined, reason: 'expired', expiredAt: 0 };
    expect(ask({ 'x-api-key': KEY }, { answer })).toBe('401 invalid_api_key');
  });

  it('is never told that a key is wrong while nobody can say', () => {
    const answer: KeyLookup = { found: undefined, reason: 'unavailable' };
    expect(ask({ 'x-api-key': KEY }, { answer })).toBe('503 keys_unavailable');
    expect(ask({ 'x-api-key': KEY }, { answer, mode: 'open' })).toBe('503 keys_unavailable');
  });

  it.each([
    [['10.0.0.0/8'], '10.1.2.3', 'vk_1'],
    [['10.1.2.3'], '10.1.2.3', 'vk_1'],
    [['192.168.0.0/16'], '10.1.2.3', '403 network_not_allowed'],
    [['10.0.0.0/8'], '', '403 network_not_allowed'],
    [['2001:db8::/32'], '2001:db8::1', 'vk_1'],
  ])('from networks %j, calling from %s: %s', (networks, address, expected) => {
    expect(ask({ 'x-api-key': KEY }, { answer: holderWith({ networks }), address })).toBe(expected);
  });

  it('sends the headers that the key requires', () => {
    const answer = holderWith({ requiredHeaders: { 'x-cost-center': 'cc-*' } });
    expect(ask({ 'x-api-key': KEY, 'x-cost-center': 'cc-7' }, { answer })).toBe('vk_1');
    expect(ask({ 'x-api-key': KEY, 'x-cost-center': 'other' }, { answer })).toBe('400 missing_required_headers');
    expect(ask({ 'x-api-key': KEY }, { answer })).toBe('400 missing_required_headers');
  });
});
