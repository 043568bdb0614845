import { Module } from '@nestjs/common';
import { AnthropicModule } from './anthropic/anthropic.module.js';
import { GeminiModule } from './gemini/gemini.module.js';

/** The same services in the dialects of other vendors' SDKs. */
@Module({ imports: [AnthropicModule, GeminiModule] })
export class DropinModule {}
