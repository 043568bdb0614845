/**
 * Reads an event stream exactly as the Open Responses acceptance suite does, faults included:
 * it splits each network chunk on "\n" alone, keeps the last `data:` line of an event, and loses what straddles two chunks.
 * A gateway passes only if each event leaves in one write, with "\n" line ends and one data line.
 */
export async function readAsAcceptanceSuite(body: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const decoder = new TextDecoder();
  const events: unknown[] = [];
  for await (const chunk of body) {
    events.push(...eventsOf(decoder.decode(chunk, { stream: true })));
  }
  return events;
}

function eventsOf(text: string): unknown[] {
  const events: unknown[] = [];
  let data = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('data:')) data = line.slice('data:'.length).trim();
    if (line !== '' || data === '') continue;
    if (data !== '[DONE]') events.push(JSON.parse(data));
    data = '';
  }
  return events;
}
