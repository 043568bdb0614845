import buildConnector from 'undici/lib/core/connect.js';
import Client from 'undici/lib/dispatcher/client.js';
import Pool from 'undici/lib/dispatcher/pool.js';

/**
 * What the gateway needs of undici. Its index also loads fetch, web sockets, caches and mocks, and with them parts of
 * Node that nothing else here uses: 2 MB of an idle process.
 */
export { buildConnector, Client, Pool };
