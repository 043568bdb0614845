import { Module } from '@nestjs/common';
import { AnthropicModule } from './anthropic/anthropic.module.js';

/** The same services in the dialects of other vendors' SDKs. */
@Module({ imports: [AnthropicModule] })
export class DropinModule {}
