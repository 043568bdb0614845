/** In the place of what must not be seen. */
const HIDDEN = '(secret)';
/** Names of fields that hold key material, hashes of it, or what callers have to know. */
const SECRET = /(?:^|_)(?:key|token|secret|value|password|digest|hash|pepper|credentials?|required_headers)$/i;
/** What the gateway's own secrets begin with, wherever somebody has written them. */
const OWN_SECRETS = /\b(?:asbru-(?:admin|setup)-|sk-)[\w-]{8,}/g;

const LONGEST_TEXT = 2_000;
const MOST_MEMBERS = 200;
const DEEPEST = 8;

/** What was asked for, as an event may tell it: without secrets, and bounded. */
export function shownFields(value: unknown): Record<string, unknown> {
  const shown = show(value, 0);
  return isObject(shown) ? shown : {};
}

function show(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return showText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return undefined;
  if (JSON.isRawJSON(value)) return showNumber(value.rawJSON);
  if (depth >= DEEPEST) return '…';
  return Array.isArray(value) ? showList(value, depth) : showMembers(value, depth);
}

function showList(list: readonly unknown[], depth: number): unknown[] {
  const members = list.slice(0, MOST_MEMBERS).map((one) => show(one, depth + 1) ?? null);
  return list.length > MOST_MEMBERS ? [...members, more(list.length)] : members;
}

function showMembers(value: object, depth: number): object {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const members = entries
    .slice(0, MOST_MEMBERS)
    .map(([name, member]) => [showText(name), isSecret(name, member) ? HIDDEN : show(member, depth + 1)]);
  if (entries.length > MOST_MEMBERS) members.push(['…', more(entries.length)]);
  return Object.fromEntries(members);
}

/** Whether there is something: that a secret was taken away may be told. */
function isSecret(name: string, value: unknown): boolean {
  return SECRET.test(name) && value !== null && typeof value !== 'boolean';
}

function showText(text: string): string {
  const shown = text.replaceAll(OWN_SECRETS, HIDDEN);
  return shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT)}… (${text.length} characters)` : shown;
}

/** RFC 8785 knows doubles only; what is none stays text, with all its digits. */
function showNumber(text: string): number | string {
  const number = Number(text);
  return String(number) === text ? number : text;
}

function more(count: number): string {
  return `… and ${count - MOST_MEMBERS} more`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
