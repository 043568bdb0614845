import type { ProviderType } from '../../config/file/provider-types.js';

/** A name of a model that says whose it is. */
export interface VendorName {
  /** The `type` of the vendor's own provider. */
  readonly vendor: ProviderType;
  /** The vendor's own id of the model. */
  readonly model: string;
  /** The pattern of all the vendor's names of this form, for an alias. */
  readonly pattern: string;
}

/** How vendors' model ids begin. OpenAI's open-weight models are served by many, and are nobody's by their name. */
const FAMILIES: ReadonlyArray<readonly [ProviderType, RegExp]> = [
  ['anthropic', /^claude-/i],
  ['gemini', /^(?:gemini|imagen|veo)-/i],
  [
    'openai',
    /^(?:gpt-(?!oss)[a-z]*\d*|o\d+(?=-|$)|(?:chatgpt|codex|dall-e|sora|whisper|tts|omni-moderation|text-embedding|computer-use)-)/i,
  ],
];
/** Prefixes that people know from other gateways, as in `anthropic/claude-…`. */
const PREFIXES: Readonly<Record<string, ProviderType>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  gemini: 'gemini',
  google: 'gemini',
  vertex: 'gemini',
};

/** Whose model a name means, if it says so: by how it begins, or by a vendor's prefix before it. */
export function vendorNameOf(name: string): VendorName | undefined {
  const slash = name.indexOf('/');
  const prefix = name.slice(0, Math.max(0, slash)).toLowerCase();
  const model = name.slice(slash + 1);
  if (slash > 0) {
    const vendor = Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : undefined;
    return vendor && model !== '' ? { vendor, model, pattern: `${name.slice(0, slash)}/*` } : undefined;
  }
  const family = FAMILIES.find(([, begins]) => begins.test(name));
  if (!family) return undefined;
  const [vendor, begins] = family;
  // `claude-opus-9` → `claude-*`, `gpt-4o` → `gpt-4*`, `o3-mini` → `o3*`.
  const stem = begins.exec(name)?.[0] ?? '';
  return { vendor, model: name, pattern: `${stem}*` };
}

/** What to write so that the name leads somewhere. */
export function adviceFor({ vendor, pattern }: VendorName, target: string, hasFile: boolean): string {
  if (hasFile) {
    return (
      `To have another model answer for it, add the line '${pattern}': ${target} under models.aliases in asbru.yaml; ` +
      `to reach it, configure a provider of type ${vendor} there.`
    );
  }
  return (
    `To have another model answer for it, set ASBRU_MODEL_ALIASES='${pattern}=${target}'; to reach it, configure a ` +
    `provider of type ${vendor} in asbru.yaml (copy asbru.example.yaml, which shows how).`
  );
}
