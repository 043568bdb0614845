import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Pointer } from '../json-pointer.js';
import type { RawView } from '../raw-view.js';
import type { LocatedProblem } from '../source-map.js';
import { instantProblems } from './money-check.js';

const SHORTEST = 32;
const LONGEST = 256;
/** Keys that this gateway makes begin so. */
const OWN_PREFIX = 'sk-asbru-';

/** Looks at virtual keys, each in the light of those before. No message quotes one. */
export class VirtualKeyCheck {
  private readonly seen = new Set<string>();

  constructor(private readonly variables: ReadonlySet<Pointer>) {}

  problemsOf(key: RawView): LocatedProblem[] {
    const value = key.get('value');
    return [
      ...this.originProblems(key, value),
      ...this.valueProblems(value),
      ...instantProblems(key.get('expires_at')),
      ...key.get('networks').items().flatMap(networkProblems),
    ];
  }

  private originProblems(key: RawView, { text, pointer }: RawView): LocatedProblem[] {
    if (text === undefined || this.variables.has(pointer) || key.get('allow_literal').value === true) return [];
    const message =
      'a key must not stand in the file: write ${NAME} of the environment, without a default, or allow_literal: true';
    return [{ pointer, message }];
  }

  private valueProblems({ text, pointer }: RawView): LocatedProblem[] {
    // One that could not be filled in is told of elsewhere.
    if (text === undefined || text.includes('${')) return [];
    const form = formProblem(text);
    if (form !== undefined) return [{ pointer, message: form }];
    const digest = createHash('sha256').update(text).digest('hex');
    const twice = this.seen.has(digest);
    this.seen.add(digest);
    return twice ? [{ pointer, message: 'another virtual key has the same value: each needs one of its own' }] : [];
  }
}

function formProblem(text: string): string | undefined {
  if (text.length < SHORTEST || text.length > LONGEST) return `must have ${SHORTEST} to ${LONGEST} characters`;
  if (!/^[\x21-\x7e]+$/.test(text)) return 'must be visible ASCII without spaces';
  if (text.startsWith(OWN_PREFIX)) return `must not begin with ${OWN_PREFIX}: these keys are made by the gateway`;
  return undefined;
}

function networkProblems({ text, pointer }: RawView): LocatedProblem[] {
  if (text === undefined) return [];
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  if (version !== 0 && fits && rest.length === 0) return [];
  return [{ pointer, message: 'must be an address or a network in CIDR notation, such as 10.0.0.0/8' }];
}
