import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Document,
  type YAMLMap,
} from 'yaml';
import { below, pathText, type Pointer } from './json-pointer.js';
import type { SettingsProblem } from './settings-error.js';
import { SourceMap } from './source-map.js';
import { yamlProblemText } from './yaml-problems.js';

/** Values that a file may hold once its aliases are expanded: few aliases can make billions of them. */
const MAX_VALUES = 50_000;
const MAX_DEPTH = 32;

/** The content of a YAML file. */
export interface YamlContent {
  readonly data: unknown;
  readonly sourceMap: SourceMap;
  readonly problems: readonly SettingsProblem[];
}

/** Reads YAML 1.2 with plain JSON values only: no tags, no merging, no duplicate fields. */
export function readYaml(text: string): YamlContent {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    // `prettyErrors` would copy lines of the file, and the keys in them, into messages.
    prettyErrors: false,
    // Checked by the converter: the parser compares each field with each other one.
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
  });
  const sourceMap = new SourceMap(lines);
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    // What follows the first mistake on a line is mostly its consequence.
    const problems = faults.map((fault) => sourceMap.problemAt(fault.pos[0], '', yamlProblemText(fault)));
    return { data: undefined, sourceMap, problems: onePerLine(problems) };
  }
  return new Converter(document, sourceMap).convert();
}

function onePerLine(problems: readonly SettingsProblem[]): SettingsProblem[] {
  const first = new Map<number, SettingsProblem>();
  for (const problem of problems) if (!first.has(problem.line)) first.set(problem.line, problem);
  return [...first.values()];
}

/** The file is too much to go on with. */
class Refused extends Error {}

/** Turns the parsed document into plain values and notes where each stands. */
class Converter {
  private readonly problems: SettingsProblem[] = [];
  private readonly anchors = new Map<string, Node>();
  private values = 0;
  private expanding = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly sourceMap: SourceMap,
  ) {}

  convert(): YamlContent {
    let data: unknown;
    try {
      // YAML 1.1 would read `yes` as true and bring merging back.
      if (this.document.directives.yaml.version !== '1.2') this.refuse(0, '', 'write YAML 1.2: remove the %YAML line');
      if (this.document.contents === null) this.refuse(0, '', 'the file is empty: it needs version and providers');
      else data = this.valueOf(this.document.contents, '', 0);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    return { data, sourceMap: this.sourceMap, problems: this.problems };
  }

  private valueOf(node: Node | null, pointer: Pointer, depth: number): unknown {
    const offset = startOf(node);
    this.count(offset, pointer, depth);
    if (node !== null) this.sourceMap.addValue(pointer, offset);
    if (isAlias(node)) return this.expand(node, pointer, depth);
    this.noteAnchor(node);
    if (isMap(node)) return this.mapOf(node, pointer, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) => this.valueOf(asNode(item), below(pointer, index), depth + 1));
    }
    return isScalar(node) ? node.value : null;
  }

  private mapOf(map: YAMLMap, pointer: Pointer, depth: number): Record<string, unknown> {
    const seen = new Map<string, unknown>();
    for (const { key, value } of map.items) {
      const node = asNode(key) ?? map;
      const offset = startOf(node);
      // The parser has refused mappings and lists as names; an alias is left.
      const name = isScalar(node) ? String(node.value) : '';
      const at = below(pointer, name);
      const mistake = nameMistake(node, name, seen.has(name));
      if (mistake !== undefined) this.report(offset, at, mistake);
      else {
        this.sourceMap.addKey(at, offset);
        // A field without a value stands where its name does.
        this.sourceMap.addValue(at, offset);
        seen.set(name, this.valueOf(asNode(value), at, depth + 1));
      }
    }
    return Object.fromEntries(seen);
  }

  private expand(alias: Alias, pointer: Pointer, depth: number): unknown {
    const node = this.anchors.get(alias.source);
    if (node === undefined) {
      this.report(startOf(alias), pointer, 'the alias (*name) names no anchor (&name) that stands before it');
      return null;
    }
    this.expanding += 1;
    const value = this.valueOf(node, pointer, depth + 1);
    this.expanding -= 1;
    return value;
  }

  /** The parser's own look-up would go through the document for each alias. What is expanded has been noted before. */
  private noteAnchor(node: Node | null): void {
    if (this.expanding > 0 || node === null || isAlias(node) || !('anchor' in node)) return;
    if (typeof node.anchor === 'string') this.anchors.set(node.anchor, node);
  }

  private count(offset: number, pointer: Pointer, depth: number): void {
    this.values += 1;
    if (this.values > MAX_VALUES) {
      this.refuse(offset, pointer, `more than ${MAX_VALUES} values, aliases (*name) counted`);
    }
    if (depth > MAX_DEPTH) this.refuse(offset, pointer, 'nested too deeply, perhaps by an alias (*name) of itself');
  }

  private report(offset: number, pointer: Pointer, message: string): void {
    this.problems.push(this.sourceMap.problemAt(offset, pathText(pointer), message));
  }

  private refuse(offset: number, pointer: Pointer, message: string): never {
    this.report(offset, pointer, message);
    throw new Refused();
  }
}

function nameMistake(node: Node, name: string, seen: boolean): string | undefined {
  if (!isScalar(node)) return 'the name of a field must be a text';
  if (name === '__proto__') return 'this name cannot be used';
  return seen ? 'the field is there twice: remove one' : undefined;
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function asNode(value: unknown): Node | null {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}
