import type { OnModuleInit } from '@nestjs/common';
import { type KeyDigest, KeyHasher } from './key-hasher.port.js';

/**
 * Gets its secrets when the application starts, not when it is put together: who only asks for the API's description
 * leaves no file behind.
 */
export class LazyKeyHasher extends KeyHasher implements OnModuleInit {
  private opened: KeyHasher | undefined;

  constructor(private readonly open: () => KeyHasher) {
    super();
  }

  onModuleInit(): void {
    this.opened ??= this.open();
  }

  override hash(text: string): KeyDigest {
    return this.ready.hash(text);
  }

  override candidates(text: string): readonly KeyDigest[] {
    return this.ready.candidates(text);
  }

  private get ready(): KeyHasher {
    return (this.opened ??= this.open());
  }
}
