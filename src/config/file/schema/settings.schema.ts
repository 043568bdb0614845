import { GOVERNANCE_PARTS, GOVERNANCE_SCHEMA } from '../governance/governance.schema.js';
import { PROVIDERS_SCHEMA } from './provider.schema.js';
import { MODELS_SCHEMA, ROUTES_SCHEMA, ROUTING_SCHEMA } from './routing.schema.js';
import { fields, type JsonSchema } from './schema-parts.js';

/** The schema of `asbru.yaml`, from which `asbru.schema.json` is written. */
export const SETTINGS_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Asbru configuration',
  $defs: GOVERNANCE_PARTS,
  ...fields(
    'What the gateway routes to. Text values may hold ${NAME} or ${NAME:-default} from the environment; $${ stands for ${.',
    {
      version: { description: 'Version of this format.', const: 1 },
      providers: PROVIDERS_SCHEMA,
      models: MODELS_SCHEMA,
      routes: ROUTES_SCHEMA,
      routing: ROUTING_SCHEMA,
      governance: GOVERNANCE_SCHEMA,
    },
    ['version', 'providers'],
  ),
};

/** The content of `asbru.schema.json`. */
export function schemaText(): string {
  return `${JSON.stringify(SETTINGS_SCHEMA, null, 2)}\n`;
}
