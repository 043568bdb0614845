import { Environment } from '@marcbachmann/cel-js';
import { REPLACEMENTS } from './functions.js';
import { CelEntity, CelKey, SENT_HEADERS, VARIABLES } from './variables.js';

/** Longest expression in characters. */
export const MAX_EXPRESSION = 4_096;

/** What every expression is compiled in. It holds no rule and no request, so that there is one for the process. */
export const ENVIRONMENT = create();

function create(): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: 500, maxDepth: 24, maxListElements: 256, maxMapEntries: 0, maxCallArguments: 4 },
  })
    .registerType('Entity', { ctor: CelEntity, fields: { id: 'string', name: 'string' } })
    .registerType('Key', {
      ctor: CelKey,
      fields: { id: 'string', name: 'string', prefix: 'string', tags: 'list<string>' },
    })
    .registerVariable(SENT_HEADERS, 'map<string, string>');
  for (const { name, type, description } of VARIABLES) environment.registerVariable(name, type, { description });
  // Said to be synchronous, or cel-js would await each of them.
  for (const { signature, handler } of REPLACEMENTS) environment.registerFunction(signature, handler, { async: false });
  return environment;
}
