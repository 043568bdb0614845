import { AggregatorRegistry, Gauge, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';
import { GROUP } from '../../common/workers/group-topics.js';
import { METRICS } from '../../common/workers/metrics-topics.js';
import type { WorkerGroup } from '../../common/workers/worker-group.port.js';

type Figures = Array<MetricObjectWithValues<MetricValue<string>>>;

/** One worker's figures, for the one that is scraped. */
export async function snapshotOf(registry: Registry): Promise<string> {
  return JSON.stringify(await registry.getMetricsAsJSON());
}

/** The figures of all workers together, in Prometheus' text format. */
export async function scrapeGroup(group: WorkerGroup): Promise<string> {
  const [{ live, departed }, restarts] = await Promise.all([
    group.ask(METRICS.gather, null),
    group.ask(GROUP.restarts, null),
  ]);
  const gone = departed.map((text) => onlyGrowing(figuresOf(text)));
  if (gone.length > 1) await fold(group, gone);
  return AggregatorRegistry.aggregate([...live.map(figuresOf), ...gone, [restartsOf(restarts)]]).metrics();
}

/** What is only of use when it says of which worker it is. */
export function addWorkerGauges(registry: Registry, id: number): void {
  const worker = String(id);
  const add = (name: string, help: string, read: () => number): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: ['worker'],
      registers: [registry],
      collect: () => gauge.set({ worker }, read()),
    });
  };
  add('asbru_worker_heap_bytes', 'Heap in use, by worker', () => process.memoryUsage().heapUsed);
  add('asbru_worker_resident_bytes', 'Memory in use, by worker', () => process.memoryUsage.rss());
}

/** So that the supervisor does not keep a list that grows with each worker that dies. */
async function fold(group: WorkerGroup, gone: readonly Figures[]): Promise<void> {
  const figures = await AggregatorRegistry.aggregate([...gone]).getMetricsAsJSON();
  group.post(METRICS.fold, { replaces: gone.length, by: JSON.stringify(figures) });
}

function figuresOf(snapshot: string): Figures {
  return JSON.parse(snapshot);
}

/** A state ends with its worker; what was counted stays counted. */
function onlyGrowing(figures: Figures): Figures {
  return figures.filter(({ type }) => String(type) === 'counter' || String(type) === 'histogram');
}

function restartsOf(value: number): object {
  const help = 'Workers that were started in the place of one that had ended';
  return {
    name: 'asbru_worker_restarts_total',
    help,
    type: 'counter',
    aggregator: 'sum',
    values: [{ value, labels: {} }],
  };
}
