/**
 * Short messages between the nodes, and inside a node that is alone. They may be lost: whoever listens also looks from
 * time to time. The class is the injection token.
 */
export abstract class Notices {
  /** Tells all nodes, this one included. Resolves also when nobody could be told. */
  abstract publish(topic: string, message: string): Promise<void>;
  /** @returns stops listening */
  abstract on(topic: string, hear: (message: string) => void): () => void;
}
