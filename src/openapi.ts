import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ADMIN_TOKEN, VIRTUAL_KEY } from './common/access/access-docs.js';

type PathItem = OpenAPIObject['paths'][string];

const DESCRIPTION = `One API in front of Cerebras Inference and of every other provider, in the dialects of OpenAI, Anthropic and Gemini.

Use any OpenAI SDK with this server's \`/v1\` or \`/openai/v1\` as its base URL, Anthropic's with \`/anthropic\`, Google's with
\`/genai\`. Models are named \`cerebras/<id>\`, or as an alias says.
Parameters that the provider does not take are filtered and named in \`x-asbru-filtered-params\`;
send \`x-asbru-strict: true\` to get a 400 instead. Without a Cerebras key a built-in sandbox answers,
and says so in \`x-asbru-sandbox\`.

Press *Authorize* for the key of a caller (\`sk-asbru-…\`) or the token of an administrator (\`asbru-admin-…\`).`;

const TAGS: ReadonlyArray<readonly [name: string, description: string]> = [
  ['Chat', 'Conversations, tools, structured output, reasoning.'],
  [
    'Responses',
    "OpenAI's Responses API: made of chat, or relayed to a provider that has it; stored, unless that is off.",
  ],
  ['Completions', 'Legacy text completion.'],
  ['Embeddings', 'Vectors of texts, from a provider that has them.'],
  ['Images', 'Images made and changed, by a provider that can.'],
  ['Audio', 'Speech, transcripts and translations, from a provider that has them.'],
  ['Moderations', 'What may be harmful in a text or an image, by a provider that tells.'],
  ['Files and batches', 'What a provider keeps for an account, and work that it does in its own time.'],
  ['Anthropic Messages', "Anthropic's API for its SDKs and Claude Code, with every model."],
  ['Gemini', "Google's generateContent for the Google GenAI SDKs, with every model. Also under `/genai`."],
  ['Models', 'What can be asked, with limits, prices and capabilities.'],
  ['Routing', 'Where a request would go now, and why.'],
  ['Key', 'What your own virtual key allows, its budgets and limits, and what is left of them.'],
  ['Usage', 'What your own virtual key has used: cost, tokens, requests and latency.'],
  [
    'Admin',
    'For administrators, with `Authorization: Bearer asbru-admin-…`: setup, organizations, customers, teams, projects, users, virtual keys, budgets, rate limits, policies, prices, usage, roles and admin tokens.',
  ],
  ['Health', 'For load balancers and containers.'],
  ['Not supported', 'Not relayed to any provider: answered with UnsupportedOperationError, without any upstream call.'],
];

/** The API's description, made from the controllers and DTOs. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Asbru')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0');
  builder
    .addSecurity(VIRTUAL_KEY, bearer('Of callers: a virtual key, `sk-asbru-…`. With `ASBRU_AUTH=open` none is needed.'))
    .addSecurity(ADMIN_TOKEN, bearer('Of administrators, for `/admin/v1`: an admin token, `asbru-admin-…`.'));
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [asWritten(path), withoutCreated(item)]),
  );
  return document;
}

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const;

/** Nest's generator takes each POST for one that answers 201 as well; none here does. */
function withoutCreated(item: PathItem): PathItem {
  const { responses } = item.post ?? {};
  if (responses?.['200'] !== undefined) delete responses['201'];
  return item;
}

/** Google's methods stand behind the model's name; to the router they stand before it (see base-paths.ts). */
function asWritten(path: string): string {
  return path.replace(/^\/v1beta\/(\w+)\/\{model\}$/, (whole, method: string) =>
    method === 'models' ? whole : `/v1beta/models/{model}:${method}`,
  );
}

/** Serves Swagger UI at /docs, with its assets, and the document at /docs/openapi.json. */
export function setUpOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'Asbru',
    swaggerOptions: {
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      // A link to one tag or operation opens it, and a box finds a tag: with administration there are many.
      deepLinking: true,
      filter: true,
      validatorUrl: null,
    },
  });
}
