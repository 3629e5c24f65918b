// Asks a SELECT query of the sources given, as any program that uses Comunica would, and prints the rows as JSON.
// node ask.mjs QUERY SOURCE…
import { QueryEngine } from '@comunica/query-sparql';

const [query, ...sources] = process.argv.slice(2);
const stream = await new QueryEngine().queryBindings(query, { sources });
const rows = await stream.toArray();
console.log(JSON.stringify(rows.map(row => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])))));
