import type { YAMLError } from 'yaml';

/**
 * The parser's own messages quote the text, which may be a key, so each kind has words of its own here.
 * @see https://eemeli.org/yaml/#errors
 */
const WORDS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag: remove it',
  BAD_ALIAS: 'the name of an anchor (&name) or alias (*name) is wrong or missing',
  BAD_COLLECTION_TYPE: 'the tag does not fit the value: remove the tag',
  BAD_DIRECTIVE: 'directives (%…) are not supported: remove the line',
  BAD_DQ_ESCAPE: 'a double-quoted text has a wrong escape: write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'wrong indentation: fields of one mapping must begin in the same column, and brackets must be closed',
  BAD_PROP_ORDER: 'an anchor or tag stands at the wrong place',
  BAD_SCALAR_START: 'a text cannot begin with this character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    "a value on the same line holds ': ' or is a mapping: put the text in quotes, or begin a new line",
  BLOCK_IN_FLOW: 'inside { } or [ ], write mappings and lists with brackets too',
  KEY_OVER_1024_CHARS: 'the name of the field is too long',
  MISSING_CHAR: "something is missing here: ':', a space, a comma, or a closing quote or bracket",
  MULTILINE_IMPLICIT_KEY: 'the name of a field must stand on one line, followed by a colon and a space',
  MULTIPLE_ANCHORS: 'a value can have only one anchor',
  MULTIPLE_DOCS: 'the file must hold one document: remove the line --- and what follows it',
  MULTIPLE_TAGS: 'a value can have only one tag',
  NON_STRING_KEY: 'the name of a field must be a text',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'indented with a tab: use spaces',
  TAG_RESOLVE_FAILED: 'tags (!name) are not supported: remove the tag',
  UNEXPECTED_TOKEN: 'nothing may stand here: check the indentation, and that a list and a mapping are not mixed',
};

/** What is wrong in the YAML, without a word of its text. */
export function yamlProblemText(error: YAMLError): string {
  return WORDS[error.code] ?? 'this is not valid YAML';
}
