/**
 * Stands where Anthropic signs a thought. Clients want some text there and send it back; the gateway reads no signature,
 * and leaves blocks with its own out of what it relays to Anthropic, who would refuse it.
 */
export const GATEWAY_SIGNATURE = 'asbru-unsigned';
