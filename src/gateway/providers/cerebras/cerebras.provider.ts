import type { CallContext } from '../../../common/context/call-context.js';
import type { UpstreamClient } from '../../../common/http/upstream-client.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { TextRequest } from '../../openai/completion.types.js';
import { OpenAiCompatibleProvider } from '../openai-compatible/openai-compatible.provider.js';
import type { Operation } from '../provider.port.js';
import { CEREBRAS_CHAT_PARAMETERS, CEREBRAS_TEXT_PARAMETERS } from './cerebras-parameters.js';
import { toCerebrasChat } from './chat-request.js';
import { toCerebrasText } from './text-request.js';

/** Cerebras Inference: https://inference-docs.cerebras.ai. */
export class CerebrasProvider extends OpenAiCompatibleProvider {
  override readonly name = 'cerebras';
  override readonly operations: ReadonlySet<Operation> = new Set<Operation>(['chat', 'completions', 'models']);
  override readonly parameters = { chat: CEREBRAS_CHAT_PARAMETERS, completions: CEREBRAS_TEXT_PARAMETERS };
  protected override readonly headers: Readonly<Record<string, string>>;

  constructor(
    protected override readonly client: UpstreamClient,
    apiKey: string,
  ) {
    super();
    // Cerebras' edge refuses some default user agents (wire.md 1.1).
    this.headers = { authorization: `Bearer ${apiKey}`, 'user-agent': 'asbru', 'accept-encoding': 'identity' };
  }

  protected override chatBody(request: ChatRequest, call: CallContext): Record<string, unknown> {
    return toCerebrasChat(request, call);
  }

  protected override textBody(request: TextRequest, call: CallContext): Record<string, unknown> {
    return toCerebrasText(request, call);
  }
}
