import type { Observable } from 'rxjs';
import type { UpstreamClocks } from '../../../common/http/upstream-client.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { TextRequest } from '../../openai/completion.types.js';
import type { Attempt, ProviderKey } from '../attempt.js';
import type { ParameterTable } from '../parameter-table.js';
import type { AddressedOperation, AnswerRules, ProviderProfile } from '../profiles/provider-profile.types.js';
import type { NativeRequest, Operation, UpstreamModel } from '../provider.port.js';
import type { ProviderParts } from '../provider-parts.js';
import { openRelayedOperation } from '../relay/relay-operation.js';
import type { RelayedPart, RelayedRequest } from '../relayed-operation.port.js';
import type { RequestNotes } from '../request-draft.js';
import { OpenAiCompatibleProvider } from './openai-compatible.provider.js';
import { toProfiledChat, toProfiledText } from './profiled-request.js';
import { relayResponse, relayResponseStream } from './responses-relay.js';
import { cappedNative } from '../parameter-caps.js';
import { pathOf } from './upstream-path.js';

/** An upstream that is described by a profile: every OpenAI-compatible one but Cerebras. */
export class ProfiledProvider extends OpenAiCompatibleProvider {
  override readonly name: string;
  override readonly kind: string;
  override readonly keys: readonly ProviderKey[];
  override readonly origin: string;
  override readonly operations: ReadonlySet<Operation>;
  override readonly parameters: Readonly<Record<'chat' | 'completions', ParameterTable>>;

  protected override readonly answers: AnswerRules;

  constructor(
    private readonly parts: ProviderParts,
    readonly profile: ProviderProfile,
    /** By model, what the upstream calls its deployment; others are called as they are. */
    private readonly deployments: Readonly<Record<string, string>> = {},
  ) {
    super();
    this.name = parts.name;
    this.kind = profile.kind;
    this.keys = parts.keys;
    this.origin = parts.origin;
    this.answers = profile.answers;
    const { operations } = profile;
    // A list of deployments is written in the file, and asks nobody.
    this.operations = new Set(this.hasDeployments ? [...operations, 'models'] : operations);
    this.parameters = { chat: profile.chat.parameters, completions: profile.text?.parameters ?? {} };
  }

  override clocksOf(model: string): UpstreamClocks {
    return this.parts.clocksOf(model);
  }

  /** Where an operation is, below the base URL; `rest` is what follows OpenAI's own path, as in `/edits`. */
  override pathOf(operation: AddressedOperation, model: string, rest = ''): string {
    return pathOf(this.profile.paths, operation, this.upstreamModel(model), rest);
  }

  /** What a request's `model` has to say for a model. */
  upstreamModel(model: string): string {
    return Object.hasOwn(this.deployments, model) ? (this.deployments[model] ?? model) : model;
  }

  override relay(request: NativeRequest, attempt: Attempt): Observable<string> {
    if (!this.speaks(request)) return super.relay(request, attempt);
    return relayResponse(this.responsesRelay(request, attempt));
  }

  override relayStream(request: NativeRequest, attempt: Attempt): Observable<string> {
    if (!this.speaks(request)) return super.relayStream(request, attempt);
    return relayResponseStream(this.responsesRelay(request, attempt));
  }

  override relayOperation(request: RelayedRequest, attempt: Attempt): Observable<RelayedPart> {
    if (!this.operations.has(request.operation)) return super.relayOperation(request, attempt);
    return openRelayedOperation(() => ({
      provider: this.name,
      attempt,
      request,
      reading: this.reading,
      path: this.pathOf(request.operation, request.model, request.rest),
      upstreamModel: this.upstreamModel(request.model),
    }));
  }

  private speaks({ dialect }: NativeRequest): boolean {
    return dialect === 'responses' && this.operations.has(dialect);
  }

  private responsesRelay(request: NativeRequest, attempt: Attempt) {
    return {
      provider: this.name,
      path: this.pathOf('responses', request.model),
      request: { ...cappedNative(request, attempt), model: this.upstreamModel(request.model) },
      attempt,
      reading: this.reading,
    };
  }

  private get hasDeployments(): boolean {
    return Object.keys(this.deployments).length > 0;
  }

  override listModels(): Promise<UpstreamModel[]> {
    if (!this.hasDeployments) return super.listModels();
    return Promise.resolve(Object.keys(this.deployments).map((id) => ({ id, created: 0, owned_by: this.kind })));
  }

  protected override skipsMalformed(model: string): boolean {
    return this.parts.skipMalformed(model);
  }

  protected override chatBody(request: ChatRequest, notes: RequestNotes): Record<string, unknown> {
    const body = toProfiledChat(this.name, this.profile.chat, request, notes);
    body.model = this.upstreamModel(request.model);
    return body;
  }

  protected override textBody(request: TextRequest, notes: RequestNotes): Record<string, unknown> {
    const { text } = this.profile;
    if (!text || !this.operations.has('completions')) throw this.unsupported('text completion');
    const body = toProfiledText(this.name, text, request, notes);
    body.model = this.upstreamModel(request.model);
    return body;
  }
}
