/** A request that passed the check of its names and types. */
export interface GenerateBody {
  contents?: Turn[];
  systemInstruction?: Turn;
  tools?: Array<{ functionDeclarations?: Declaration[] }>;
  toolConfig?: { functionCallingConfig?: { mode?: string; allowedFunctionNames?: string[] } };
  generationConfig?: Config;
}

export interface Turn {
  role?: string;
  parts?: Part[];
}

export interface Part {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType?: string; data?: string };
  fileData?: { mimeType?: string; fileUri?: string };
  functionCall?: { id?: string; name?: string; args?: object };
  functionResponse?: { id?: string; name?: string; response?: Record<string, unknown> };
  executableCode?: object;
  codeExecutionResult?: object;
}

export interface Declaration {
  name?: string;
  description?: string;
  parameters?: object;
  parametersJsonSchema?: object;
}

export interface Config {
  candidateCount?: number;
  maxOutputTokens?: number;
  stopSequences?: string[];
  seed?: number;
  responseLogprobs?: boolean;
  logprobs?: number;
  responseMimeType?: string;
  responseSchema?: object;
  responseJsonSchema?: unknown;
  thinkingConfig?: { includeThoughts?: boolean; thinkingBudget?: number; thinkingLevel?: string };
}
