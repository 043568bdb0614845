import { randomBytes } from 'node:crypto';
import { groupTokens, interleave } from '../answer-frames.js';
import { chatLogprobs } from '../answer-logprobs.js';
import { isObject } from '../json-value.js';
import type { SandboxGemini } from './gemini-models.js';
import type { PlannedAnswer, PlannedCandidate } from './generate-plan.js';
import type { Config } from './generate-request.types.js';
import type { SignatureSigner } from './signature-signer.js';

/** Writes a planned answer, whole or in pieces, in the order of keys that the API has. */
export class AnswerWriter {
  private readonly responseId = randomBytes(16).toString('base64url');

  constructor(
    private readonly model: SandboxGemini,
    private readonly config: Config,
    private readonly planned: PlannedAnswer,
    private readonly signer: SignatureSigner,
  ) {}

  whole(): object {
    return this.document(
      this.planned.candidates.map((candidate, index) => {
        const parts = this.partsOf(candidate);
        return {
          content: { parts, role: 'model' },
          finishReason: candidate.finish,
          ...this.logprobs(candidate.text),
          index,
        };
      }),
      this.planned.answerTokens,
    );
  }

  /** The counts grow with each piece, as the API's do. */
  pieces(): object[] {
    const lists = this.planned.candidates.map((candidate, index) => this.candidatePieces(candidate, index));
    const all = interleave(lists);
    const step = this.planned.answerTokens / Math.max(1, all.length);
    return all.map((piece, i) =>
      this.document([piece], i === all.length - 1 ? this.planned.answerTokens : Math.floor(step * i)),
    );
  }

  private candidatePieces(candidate: PlannedCandidate, index: number): object[] {
    const piece = (parts: object[], more: object = {}): object => ({
      content: { parts, role: 'model' },
      ...more,
      index,
    });
    const shown = this.config.thinkingConfig?.includeThoughts ? groupTokens(candidate.thoughts) : [];
    return [
      ...shown.map((group) => piece([{ text: group.join(''), thought: true }])),
      ...groupTokens(candidate.text).map((group) => piece([{ text: group.join('') }], this.logprobs(group))),
      ...this.callParts(candidate).map((part) => piece([part])),
      piece([{ text: '', ...this.textSignature(candidate) }], { finishReason: candidate.finish }),
    ];
  }

  private partsOf(candidate: PlannedCandidate): object[] {
    const { thoughts, text } = candidate;
    const isShown = this.config.thinkingConfig?.includeThoughts === true && thoughts.length > 0;
    return [
      ...(isShown ? [{ text: thoughts.join(''), thought: true }] : []),
      ...(text.length > 0 ? [{ text: text.join(''), ...this.textSignature(candidate) }] : []),
      ...this.callParts(candidate),
    ];
  }

  /** The first of the calls has a signature, whichever model that thinks made them. */
  private callParts({ calls }: PlannedCandidate): object[] {
    const { levels, budget } = this.model;
    return calls.map(({ name, arguments: text }, i) => ({
      functionCall: { name, args: JSON.parse(text) as unknown, id: randomBytes(6).toString('hex') },
      ...(i === 0 && (levels ?? budget) && { thoughtSignature: this.signer.sign(name) }),
    }));
  }

  private textSignature({ text, calls }: PlannedCandidate): object {
    const isSigned = this.model.wantsSignatures && calls.length === 0 && text.length > 0;
    return isSigned ? { thoughtSignature: this.signer.sign('') } : {};
  }

  private logprobs(tokens: readonly string[]): object {
    if (!this.config.responseLogprobs || tokens.length === 0) return {};
    const written = chatLogprobs(tokens, this.config.logprobs ?? 0);
    const content: unknown[] = 'content' in written && Array.isArray(written.content) ? written.content : [];
    return {
      avgLogprobs: -0.25,
      logprobsResult: {
        topCandidates: content.map((entry) => {
          const top: unknown = isObject(entry) ? entry['top_logprobs'] : [];
          return { candidates: Array.isArray(top) ? top.map(showToken) : [] };
        }),
        chosenCandidates: content.map(showToken),
      },
    };
  }

  private document(candidates: object[], answerTokens: number): object {
    const { promptTokens, thoughtTokens } = this.planned;
    return {
      candidates,
      usageMetadata: {
        promptTokenCount: promptTokens,
        ...(answerTokens > 0 && { candidatesTokenCount: answerTokens }),
        totalTokenCount: promptTokens + answerTokens + thoughtTokens,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokens }],
        ...(thoughtTokens > 0 && { thoughtsTokenCount: thoughtTokens }),
      },
      modelVersion: this.model.id,
      responseId: this.responseId,
    };
  }
}

const showToken = (entry: unknown): object =>
  isObject(entry) ? { token: entry['token'], tokenId: 1, logProbability: entry['logprob'] } : {};
