// SPDX-License-Identifier: GPL-2.0
// A careless Node application: /run?cmd= runs a command with a shell, /start?argv=&argv=
// without a shell. A header has the worker's PID.
const { exec, execFile } = require('child_process');
const http = require('http');

function answer(url, done) {
	const argv = url.searchParams.getAll('argv');

	switch (url.pathname) {
	case '/run':
		return exec(url.searchParams.get('cmd'), done);
	case '/start':
		return execFile(argv[0], argv.slice(1), done);
	default:
		return done(null, 'sum ' + Array.from({ length: 1001 }, (_, i) => i).reduce((a, b) => a + b) + '\n');
	}
}

http.createServer((request, response) => {
	response.setHeader('X-Pid', process.pid);
	answer(new URL(request.url, 'http://lab'), (error, output) => response.end(output));
}).listen(8000, '127.0.0.1');
