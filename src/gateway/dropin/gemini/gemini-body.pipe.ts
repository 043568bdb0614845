import { Injectable, type PipeTransform } from '@nestjs/common';
import { UnreadableBody } from '../../../common/http/unreadable-body.js';
import { RequestValidationPipe } from '../../../common/validation/request-validation.pipe.js';
import { isRecord } from '../../../common/json/is-record.js';
import { canonicalCountRequest, canonicalRequest } from '../../gemini/canonical-names.js';
import type { GenerateContentRequest } from '../../gemini/generate-content.types.js';
import { GenerateContentDto } from './dto/generate-content.dto.js';

/** A body of the dialect: as it came, and under its canonical names with its rules kept. */
export interface GeminiBody {
  readonly sent: Readonly<Record<string, unknown>>;
  readonly body: GenerateContentRequest;
}

const validation = new RequestValidationPipe();

/** Reads the body of generateContent. @throws GatewayError 400 that names the field that is wrong */
@Injectable()
export class GenerateContentPipe implements PipeTransform {
  transform(value: unknown): GeminiBody {
    assertReadable(value);
    return read(isRecord(value) ? canonicalRequest(value) : value, value);
  }
}

/** Reads the body of countTokens: `contents` alone, or a whole request as `generateContentRequest`. */
@Injectable()
export class CountTokensPipe implements PipeTransform {
  transform(value: unknown): GeminiBody {
    assertReadable(value);
    if (!isRecord(value)) return read(value, value);
    const { generateContentRequest, ...rest } = canonicalCountRequest(value);
    return read(isRecord(generateContentRequest) ? generateContentRequest : canonicalRequest(rest), value);
  }
}

/** What the parser of bodies could not read says why. */
function assertReadable(value: unknown): void {
  if (value instanceof UnreadableBody) throw value.error;
}

function read(canonical: unknown, sent: unknown): GeminiBody {
  const body: unknown = validation.transform(canonical, { type: 'body', metatype: GenerateContentDto });
  if (!(body instanceof GenerateContentDto) || !isRecord(sent)) throw new Error('The validation let no object through');
  return { sent, body };
}
