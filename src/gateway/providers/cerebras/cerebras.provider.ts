import type { UpstreamClocks } from '../../../common/http/upstream-client.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { TextRequest } from '../../openai/completion.types.js';
import type { ProviderKey } from '../attempt.js';
import { OpenAiCompatibleProvider } from '../openai-compatible/openai-compatible.provider.js';
import type { Operation } from '../provider.port.js';
import type { ProviderParts } from '../provider-parts.js';
import type { RequestNotes } from '../request-draft.js';
import { CEREBRAS_CHAT_PARAMETERS, CEREBRAS_TEXT_PARAMETERS } from './cerebras-parameters.js';
import type { ProviderQuota } from './quota/quota.port.js';
import { toCerebrasChat } from './chat-request.js';
import { toCerebrasText } from './text-request.js';

/** Cerebras Inference: https://inference-docs.cerebras.ai. */
export class CerebrasProvider extends OpenAiCompatibleProvider {
  override readonly name: string;
  override readonly kind = 'cerebras';
  override readonly keys: readonly ProviderKey[];
  override readonly origin: string;
  override readonly quota?: ProviderQuota;
  override readonly operations: ReadonlySet<Operation> = new Set<Operation>(['chat', 'completions', 'models']);
  override readonly parameters = { chat: CEREBRAS_CHAT_PARAMETERS, completions: CEREBRAS_TEXT_PARAMETERS };

  constructor(private readonly options: ProviderParts) {
    super();
    this.name = options.name;
    this.keys = options.keys;
    this.origin = options.origin;
    this.quota = options.quota;
  }

  override clocksOf(model: string): UpstreamClocks {
    return this.options.clocksOf(model);
  }

  protected override skipsMalformed(model: string): boolean {
    return this.options.skipMalformed(model);
  }

  protected override chatBody(request: ChatRequest, notes: RequestNotes): Record<string, unknown> {
    return toCerebrasChat(request, notes);
  }

  protected override textBody(request: TextRequest, notes: RequestNotes): Record<string, unknown> {
    return toCerebrasText(request, notes);
  }
}

/** Headers of each request with a key. Cerebras' edge refuses some default user agents (wire.md 1.1). */
export function cerebrasHeaders(apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}`, 'user-agent': 'asbru', 'accept-encoding': 'identity' };
}
