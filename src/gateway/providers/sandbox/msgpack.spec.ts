import { decodeMsgpack } from './msgpack.js';

const decode = (...bytes: number[]): unknown => decodeMsgpack(Uint8Array.from(bytes));
const text = (value: string): number[] => [...Buffer.from(value)];

describe('decodeMsgpack', () => {
  it.each([
    ['positive fixint', [0x07], 7],
    ['negative fixint', [0xff], -1],
    ['uint 8', [0xcc, 0xff], 255],
    ['uint 16', [0xcd, 0x01, 0x00], 256],
    ['uint 32', [0xce, 0, 1, 0, 0], 65_536],
    ['uint 64', [0xcf, 0, 0, 0, 1, 0, 0, 0, 0], 4_294_967_296],
    ['int 8', [0xd0, 0x80], -128],
    ['int 16', [0xd1, 0x80, 0x00], -32_768],
    ['int 32', [0xd2, 0x80, 0, 0, 0], -2_147_483_648],
    ['int 64', [0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], -2],
    ['float 32', [0xca, 0x3f, 0x00, 0x00, 0x00], 0.5],
    ['float 64', [0xcb, 0x3f, 0xe6, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66], 0.7],
    ['nil', [0xc0], null],
    ['false', [0xc2], false],
    ['true', [0xc3], true],
    ['fixstr', [0xa2, ...text('é')], 'é'],
    ['str 8', [0xd9, 3, ...text('abc')], 'abc'],
    ['str 16', [0xda, 0, 3, ...text('abc')], 'abc'],
    ['str 32', [0xdb, 0, 0, 0, 3, ...text('abc')], 'abc'],
    ['fixarray', [0x92, 1, 2], [1, 2]],
    ['array 16', [0xdc, 0, 1, 5], [5]],
    ['array 32', [0xdd, 0, 0, 0, 1, 5], [5]],
    ['fixmap', [0x81, 0xa1, ...text('a'), 0x91, 0xc0], { a: [null] }],
    ['map 16', [0xde, 0, 1, 0xa1, ...text('a'), 1], { a: 1 }],
    ['map 32', [0xdf, 0, 0, 0, 1, 0xa1, ...text('a'), 1], { a: 1 }],
  ])('reads %s', (_, bytes, value) => {
    expect(decode(...bytes)).toEqual(value);
  });

  it('keeps a member called __proto__ an ordinary member', () => {
    const value = decode(0x81, 0xa9, ...text('__proto__'), 0x81, 0xa1, ...text('x'), 1);
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect((value as { x?: number }).x).toBeUndefined();
  });

  it.each([
    ['a value that is cut off', [0xa5, ...text('abc')]],
    ['bytes after the value', [0x01, 0x02]],
    ['a key that is no string', [0x81, 0x01, 0x02]],
    ['binary data', [0xc4, 0x01, 0x00]],
    ['an extension', [0xd4, 0x01, 0x00]],
    ['nothing', []],
    ['broken UTF-8', [0xa1, 0xff]],
  ])('refuses %s', (_, bytes) => {
    expect(() => decode(...bytes)).toThrow(/MessagePack|encoded data/);
  });
});
