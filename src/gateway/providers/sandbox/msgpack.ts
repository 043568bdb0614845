const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads one MessagePack value after the other (https://github.com/msgpack/msgpack/blob/master/spec.md). */
class MsgpackReader {
  private offset = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  read(): unknown {
    const head = this.unsigned(1);
    if (head <= 0x7f) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head <= 0x8f) return this.map(head & 0x0f);
    if (head <= 0x9f) return this.array(head & 0x0f);
    if (head <= 0xbf) return this.string(head & 0x1f);
    return this.marked(head);
  }

  private marked(head: number): unknown {
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return head === 0xc3;
      case 0xca:
        return this.view.getFloat32(this.skip(4));
      case 0xcb:
        return this.view.getFloat64(this.skip(8));
      default:
        return this.sized(head);
    }
  }

  /** Everything whose length or width follows in 1, 2, 4 or 8 bytes. */
  private sized(head: number): unknown {
    if (head < 0xd9) return this.whole(head);
    switch (head) {
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.string(this.unsigned(2 ** (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.array(this.unsigned(head === 0xdc ? 2 : 4));
      default:
        return this.map(this.unsigned(head === 0xde ? 2 : 4));
    }
  }

  private whole(head: number): number {
    if (head >= 0xcc && head <= 0xcf) return this.unsigned(2 ** (head - 0xcc));
    if (head >= 0xd0 && head <= 0xd3) return this.signed(2 ** (head - 0xd0));
    // Binary and extension values have no counterpart in JSON.
    throw new RangeError(`MessagePack type 0x${head.toString(16)} is not supported`);
  }

  private skip(length: number): number {
    const start = this.offset;
    if (start + length > this.bytes.length) throw new RangeError('MessagePack value is cut off');
    this.offset += length;
    return start;
  }

  private unsigned(width: number): number {
    const at = this.skip(width);
    if (width === 1) return this.view.getUint8(at);
    if (width === 2) return this.view.getUint16(at);
    return width === 4 ? this.view.getUint32(at) : Number(this.view.getBigUint64(at));
  }

  private signed(width: number): number {
    const at = this.skip(width);
    if (width === 1) return this.view.getInt8(at);
    if (width === 2) return this.view.getInt16(at);
    return width === 4 ? this.view.getInt32(at) : Number(this.view.getBigInt64(at));
  }

  private string(length: number): string {
    const at = this.skip(length);
    return utf8.decode(this.bytes.subarray(at, at + length));
  }

  private array(length: number): unknown[] {
    const values: unknown[] = [];
    for (let index = 0; index < length; index++) values.push(this.read());
    return values;
  }

  private map(length: number): Record<string, unknown> {
    const entries: Array<[string, unknown]> = [];
    for (let index = 0; index < length; index++) {
      const key = this.read();
      if (typeof key !== 'string') throw new TypeError('MessagePack keys must be strings');
      entries.push([key, this.read()]);
    }
    return Object.fromEntries(entries);
  }
}

/** Decodes a MessagePack body as far as JSON can say the same. */
export function decodeMsgpack(bytes: Uint8Array): unknown {
  const reader = new MsgpackReader(bytes);
  const value = reader.read();
  if (!reader.atEnd) throw new RangeError('Bytes follow the MessagePack value');
  return value;
}
