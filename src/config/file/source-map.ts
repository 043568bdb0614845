import type { LineCounter } from 'yaml';
import { parentOf, pathText, type Pointer } from './json-pointer.js';
import type { SettingsProblem } from './settings-error.js';

/** A problem before its line is looked up. */
export interface LocatedProblem {
  readonly pointer: Pointer;
  readonly message: string;
  /** Whether the name of the field is wrong and not its value. */
  readonly onKey?: boolean;
  /** Whether the name of the field is left out of the path, because it may be a secret. */
  readonly nameless?: boolean;
}

/** Where in the text each value of the content stands. */
export class SourceMap {
  private readonly values = new Map<Pointer, number>();
  private readonly keys = new Map<Pointer, number>();

  constructor(private readonly lines: LineCounter) {}

  addValue(pointer: Pointer, offset: number): void {
    this.values.set(pointer, offset);
  }

  addKey(pointer: Pointer, offset: number): void {
    this.keys.set(pointer, offset);
  }

  locate({ pointer, message, onKey = false, nameless = false }: LocatedProblem): SettingsProblem {
    const offset = (onKey ? this.keys.get(pointer) : undefined) ?? this.values.get(pointer) ?? this.nearest(pointer);
    return this.problemAt(offset, pathText(nameless ? parentOf(pointer) : pointer), message);
  }

  problemAt(offset: number, path: string, message: string): SettingsProblem {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), path, message };
  }

  private nearest(pointer: Pointer): number {
    for (let at = parentOf(pointer); at !== ''; at = parentOf(at)) {
      const offset = this.values.get(at);
      if (offset !== undefined) return offset;
    }
    return 0;
  }
}
