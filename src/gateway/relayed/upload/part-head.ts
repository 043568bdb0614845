import { GatewayError } from '../../../common/errors/gateway-error.js';

/** What the head of a part says that matters here. */
export interface PartHead {
  readonly name: string;
  readonly isFile: boolean;
}

/** `name=value` or `name="value"`, quotes and backslashes escaped by a backslash. */
const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*/gy;

/**
 * Reads the head of a part of a multipart/form-data body (RFC 7578). It is strict where two readers could understand two
 * different names, because the upstream is the second reader.
 * @throws GatewayError 400
 */
export function readPartHead(text: string): PartHead {
  const lines = text.split('\r\n').filter((line) => line !== '');
  if (lines.some((line) => /^[ \t]/.test(line))) throw malformed('a folded header line');
  const dispositions = lines.filter((line) => /^content-disposition\s*:/i.test(line));
  const [line] = dispositions;
  if (line === undefined || dispositions.length > 1) throw malformed("not exactly one 'Content-Disposition'");
  const value = line.slice(line.indexOf(':') + 1).trim();
  if (!/^form-data\s*(?:;|$)/i.test(value)) throw malformed("a 'Content-Disposition' that is not form-data");
  return readParameters(value.slice('form-data'.length).trim());
}

function readParameters(text: string): PartHead {
  const found = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  let end = 0;
  for (let match = PARAMETER.exec(text); match; match = PARAMETER.exec(text)) {
    const [whole, name = '', quoted, token] = match;
    const key = name.toLowerCase();
    if (found.has(key)) throw malformed(`'${key}' twice`);
    found.set(key, quoted === undefined ? (token ?? '') : quoted.replace(/\\(.)/g, '$1'));
    end = match.index + whole.length;
  }
  if (text.slice(end).replace(/[;\s]/g, '') !== '') throw malformed("a 'Content-Disposition' that cannot be read");
  if (found.has('name*')) throw malformed("'name*', which RFC 7578 does not allow");
  const name = found.get('name');
  if (name === undefined) throw malformed('no name');
  return { name, isFile: found.has('filename') || found.has('filename*') };
}

function malformed(what: string): GatewayError {
  return new GatewayError('invalid_request', `The multipart body is not valid: a part has ${what}.`);
}
