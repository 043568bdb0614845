import { IsOptional, IsString } from 'class-validator';

/** The usual keys of vendors, by which a gateway without a configuration file knows its providers. */
export abstract class ProviderKeySettings {
  /** Key of an account at OpenAI. Without a configuration file, it makes the provider `openai`. */
  @IsOptional()
  @IsString()
  OPENAI_API_KEY?: string;

  /** Key of an account at Anthropic. Without a configuration file, it makes the provider `anthropic`. */
  @IsOptional()
  @IsString()
  ANTHROPIC_API_KEY?: string;

  /** Key of an account at Gemini. Without a configuration file, it makes the provider `gemini`. */
  @IsOptional()
  @IsString()
  GEMINI_API_KEY?: string;

  /** Key of an account at Groq. Without a configuration file, it makes the provider `groq`. */
  @IsOptional()
  @IsString()
  GROQ_API_KEY?: string;

  /** Key of an account at OpenRouter. Without a configuration file, it makes the provider `openrouter`. */
  @IsOptional()
  @IsString()
  OPENROUTER_API_KEY?: string;

  /** Key of an account at Together AI. Without a configuration file, it makes the provider `together`. */
  @IsOptional()
  @IsString()
  TOGETHER_API_KEY?: string;

  /** Key of an account at Fireworks AI. Without a configuration file, it makes the provider `fireworks`. */
  @IsOptional()
  @IsString()
  FIREWORKS_API_KEY?: string;

  /** Key of an account at DeepSeek. Without a configuration file, it makes the provider `deepseek`. */
  @IsOptional()
  @IsString()
  DEEPSEEK_API_KEY?: string;

  /** Key of an account at Mistral AI. Without a configuration file, it makes the provider `mistral`. */
  @IsOptional()
  @IsString()
  MISTRAL_API_KEY?: string;

  /** Key of an account at xAI. Without a configuration file, it makes the provider `xai`. */
  @IsOptional()
  @IsString()
  XAI_API_KEY?: string;

  /** Key of an account at Perplexity. Without a configuration file, it makes the provider `perplexity`. */
  @IsOptional()
  @IsString()
  PERPLEXITY_API_KEY?: string;

  /** Key of an account at SambaNova. Without a configuration file, it makes the provider `sambanova`. */
  @IsOptional()
  @IsString()
  SAMBANOVA_API_KEY?: string;

  /** Key of an account at NVIDIA NIM. Without a configuration file, it makes the provider `nvidia`. */
  @IsOptional()
  @IsString()
  NVIDIA_API_KEY?: string;
}
