import { invalid } from './gemini-answers.js';
import type { SandboxGemini } from './gemini-models.js';
import type { Part, Turn } from './generate-request.types.js';
import type { SignatureSigner } from './signature-signer.js';

/** Turns of one role in a row are one turn to the model. */
interface Joined {
  readonly role: 'user' | 'model';
  readonly parts: Array<{ part: Part; position: number }>;
}

const DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
];
const MEDIA = /^(?:image\/(?:png|jpeg|webp|heic|heif|gif|avif)|audio\/|video\/|text\/|application\/(?:pdf|json|xml))/;

/** Refuses a conversation that the model could not go on with. @throws GeminiRefusal 400 in the API's own words */
export function checkConversation(
  turns: readonly Turn[] | undefined,
  model: SandboxGemini,
  signer: SignatureSigner,
): void {
  if (!turns || turns.length === 0) {
    throw invalid('* GenerateContentRequest.contents: contents is not specified\n');
  }
  turns.forEach(checkTurn);
  const joined = join(turns);
  checkCalls(joined);
  if (model.wantsSignatures) checkSignatures(joined, signer);
}

function checkTurn({ role, parts }: Turn, i: number): void {
  if (role !== undefined && !['user', 'model', 'function', ''].includes(role.toLowerCase())) {
    throw invalid('Please use a valid role: user, model.');
  }
  const path = `* GenerateContentRequest.contents[${i}].parts`;
  if (!parts || parts.length === 0) throw invalid(`${path}: contents.parts must not be empty.\n`);
  parts.forEach((part, at) => checkPart(part, `${path}[${at}]`));
}

function checkPart(part: Part, path: string): void {
  const set = DATA.filter((name) => Object.hasOwn(part, name));
  if (set.length === 0) throw invalid(`${path}.data: required oneof field 'data' must have one initialized field\n`);
  if (set.length > 1) {
    throw invalid(`Invalid JSON payload received. Only one of ${set.join(', ')} may be set in a part.`);
  }
  if (part.inlineData) checkBlob(part.inlineData, path);
  if (part.fileData) checkFile(part.fileData);
  checkName(part.functionCall, `${path}.function_call`);
  checkName(part.functionResponse, `${path}.function_response`);
}

function checkBlob({ mimeType = '', data = '' }: NonNullable<Part['inlineData']>, path: string): void {
  if (!MEDIA.test(mimeType)) throw invalid(`Unsupported MIME type: ${mimeType}`);
  if (data === '') throw invalid(`${path}.inline_data: required field 'data' is empty\n`);
}

function checkFile({ fileUri = '' }: NonNullable<Part['fileData']>): void {
  if (!fileUri.startsWith('https://')) throw invalid(`Invalid or unsupported file uri: ${fileUri}`);
}

function checkName(named: { name?: string } | undefined, path: string): void {
  if (named && !named.name) throw invalid(`${path}.name: Name cannot be empty.\n`);
}

function join(turns: readonly Turn[]): Joined[] {
  const joined: Joined[] = [];
  let position = 0;
  for (const { role, parts = [] } of turns) {
    const side = role?.toLowerCase() === 'model' ? 'model' : 'user';
    let last = joined.at(-1);
    if (last?.role !== side) joined.push((last = { role: side, parts: [] }));
    position++;
    last.parts.push(...parts.map((part) => ({ part, position })));
  }
  return joined;
}

const callsIn = (turn: Joined | undefined): Joined['parts'] =>
  turn?.parts.filter(({ part }) => part.functionCall) ?? [];
const responsesIn = ({ parts }: Joined): Joined['parts'] => parts.filter(({ part }) => part.functionResponse);

/** Each call has its response in the very next turn, and nothing else is answered. */
function checkCalls(turns: readonly Joined[]): void {
  if (callsIn(turns[0]).length > 0) {
    throw invalid(
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    );
  }
  for (const [i, turn] of turns.entries()) {
    if (turn.role === 'model') checkModelTurn(turn);
    else checkUserTurn(turn, callsIn(turns[i - 1]));
  }
  if (callsIn(turns.at(-1)).length > 0) throw unequal();
}

function checkModelTurn(turn: Joined): void {
  if (responsesIn(turn).length > 0) throw invalid('Function responses are only allowed in user turns.');
}

function checkUserTurn(turn: Joined, before: Joined['parts']): void {
  if (callsIn(turn).length > 0) throw invalid('Function calls are only allowed in model turns.');
  const responses = responsesIn(turn);
  if (responses.length > 0 && before.length === 0) {
    throw invalid('Please ensure that function response turn comes immediately after a function call turn.');
  }
  if (before.length !== responses.length) throw unequal();
  checkIds(before, responses);
}

function checkIds(calls: Joined['parts'], responses: Joined['parts']): void {
  const ids = new Set(calls.flatMap(({ part }) => part.functionCall?.id ?? []));
  const names = new Set(calls.map(({ part }) => part.functionCall?.name));
  for (const { part } of responses) {
    const { id, name } = part.functionResponse ?? {};
    if ((id !== undefined && ids.size > 0 && !ids.has(id)) || !names.has(name)) {
      throw invalid(
        'Please ensure that each function response part answers a function call part of the function call turn.',
      );
    }
  }
}

function unequal() {
  return invalid(
    'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
  );
}

/** In the turn that is going on, the first call of each step has the signature that came with it. */
function checkSignatures(turns: readonly Joined[], signer: SignatureSigner): void {
  const begin = turns.findLastIndex(
    ({ role, parts }) => role === 'user' && parts.some(({ part }) => part.functionResponse === undefined),
  );
  for (const turn of turns.slice(Math.max(begin, 0))) {
    if (turn.role === 'model') callsIn(turn).forEach((call, i) => checkSignature(call, i === 0, signer));
  }
}

function checkSignature({ part, position }: Joined['parts'][number], isFirst: boolean, signer: SignatureSigner): void {
  const { functionCall: { name = '' } = {}, thoughtSignature: signature } = part;
  if (signature === undefined) {
    if (isFirst) throw missing(name, position);
  } else if (!signer.isValid(signature, name)) throw invalid('Invalid thought signature.');
}

function missing(name: string, position: number) {
  return invalid(
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  );
}
