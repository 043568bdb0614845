import type { Server } from 'node:http';
import type { ScriptedAnswer } from './answer-script.js';
import type { SandboxOptions } from './sandbox-options.js';
import { UpstreamApi } from './upstream-api.js';
import { listen, UpstreamSandbox } from './upstream-sandbox.js';

/** A strict simulator of api.cerebras.ai on a port of this machine: what it accepts, the real API accepts. */
export class CerebrasSandbox extends UpstreamSandbox {
  private constructor(
    server: Server,
    private readonly cerebras: UpstreamApi,
    options: SandboxOptions,
  ) {
    super(server, cerebras, options);
  }

  /** Listens, by default on any free port of 127.0.0.1. */
  static async start(options: SandboxOptions = {}): Promise<CerebrasSandbox> {
    return new CerebrasSandbox(await listen(options), new UpstreamApi(options), options);
  }

  /** Adds to the answers that it is told to give; the first goes to the next chat request that it fits. */
  answerWith(...answers: ScriptedAnswer[]): void {
    this.cerebras.answers.add(answers);
  }

  /** How many of them were not given yet. */
  get pendingAnswers(): number {
    return this.cerebras.answers.pending;
  }
}
