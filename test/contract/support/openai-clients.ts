import type OpenAI from 'openai';
import { API_KEY } from './fixtures.ts';

type Sdk = typeof import('openai');
type ZodHelpers = typeof import('openai/helpers/zod');

/** One major version of the SDK. All are held to the types of the newest: the calls used here exist in each. */
export interface OpenAiSdk {
  readonly name: string;
  readonly sdk: Sdk;
  readonly zod: ZodHelpers;
  readonly client: (baseURL: string, options?: ConstructorParameters<typeof OpenAI>[0]) => OpenAI;
}

/** The versions of the OpenAI SDK that the gateway must serve. */
export const OPENAI_SDKS: readonly OpenAiSdk[] = [await load('openai'), await load('openai6')];

async function load(specifier: string): Promise<OpenAiSdk> {
  const sdk: Sdk = await import(specifier);
  const zod: ZodHelpers = await import(`${specifier}/helpers/zod`);
  const { VERSION }: typeof import('openai/version') = await import(`${specifier}/version`);
  return {
    name: `openai ${VERSION}`,
    sdk,
    zod,
    client: (baseURL, options) => new sdk.OpenAI({ apiKey: API_KEY, baseURL, ...options }),
  };
}
