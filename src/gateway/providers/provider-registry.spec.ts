import { FakeListingProvider } from '../models/fake-listing-provider.js';
import { ProviderRegistry } from './provider-registry.js';

describe('ProviderRegistry', () => {
  it('finds a provider by its exact name and keeps the configured order', () => {
    const [b, a] = [new FakeListingProvider('b'), new FakeListingProvider('a')];
    const registry = new ProviderRegistry([b, a]);

    expect(registry.get('a')).toBe(a);
    expect(registry.get('A')).toBeUndefined();
    expect(registry.get('__proto__')).toBeUndefined();
    expect(registry.all()).toEqual([b, a]);
  });

  it('refuses two providers of one name', () => {
    expect(() => new ProviderRegistry([new FakeListingProvider('a'), new FakeListingProvider('a')])).toThrow(
      'Two providers have the same name',
    );
  });
});
