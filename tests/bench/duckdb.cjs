// duckdb.cjs - run SQL with DuckDB as a peer of the benchmark
//
// usage: node duckdb.cjs SQL     with BENCH_DUCKDB naming a folder in which
// `npm install @duckdb/node-api` was run.  /dev/stdin and /dev/stdout are
// files as any other to DuckDB.
const path = require('path');
const { createRequire } = require('module');
const load = createRequire(path.join(process.env.BENCH_DUCKDB, 'x.js'));
const { DuckDBInstance } = load('@duckdb/node-api');

(async () => {
	const db = await DuckDBInstance.create(':memory:');
	const connection = await db.connect();
	for (const statement of process.argv.slice(2))
		await connection.run(statement);
})().catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
