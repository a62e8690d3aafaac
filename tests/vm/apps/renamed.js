// SPDX-License-Identifier: GPL-2.0
// The application of server.js in a process that names itself, as Next.js does.
process.title = 'next-server (v15.5.4)';
require('./server.js');
