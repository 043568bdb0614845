import { OPENAI_PROFILE } from './openai.profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

const AZURE: Omit<ProviderProfile, 'paths'> = {
  ...OPENAI_PROFILE,
  kind: 'azure-openai',
  title: 'Azure OpenAI',
  operations: [
    'chat',
    'completions',
    'responses',
    'embeddings',
    'images',
    'speech',
    'transcriptions',
    'translations',
    'files',
    'batches',
  ],
  auth: { header: 'api-key', scheme: '' },
  sources: [
    {
      url: 'https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle',
      asOf: '2026-11-22',
      proves: '/openai/v1/ without api-version; model is the name of the deployment',
    },
    {
      url: 'https://learn.microsoft.com/azure/ai-services/openai/reference',
      asOf: '2026-11-22',
      proves: '/openai/deployments/{deployment}/…?api-version=, api-key, content_filter errors (not read again)',
    },
  ],
};

/** Versions of the surface that has OpenAI's own paths. */
const V1_VERSIONS = new Set(['v1', 'latest', 'preview']);

/** Azure's two surfaces: OpenAI's paths under `/openai/v1`, and for a dated `api_version` one path for each deployment. */
export function azureProfile(apiVersion: string | null): ProviderProfile {
  if (apiVersion === null || apiVersion === 'v1') return { ...AZURE, paths: { root: '/openai/v1' } };
  const query = `api-version=${encodeURIComponent(apiVersion)}`;
  if (V1_VERSIONS.has(apiVersion)) return { ...AZURE, paths: { root: '/openai/v1', query } };
  return {
    ...AZURE,
    paths: {
      root: '/openai/deployments/{deployment}',
      own: { responses: '/openai/responses', files: '/openai/files', batches: '/openai/batches' },
      query,
    },
  };
}
