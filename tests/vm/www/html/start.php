<?php
// SPDX-License-Identifier: GPL-2.0
// Starts ?argv[]= without a shell and answers with its output. The program's stdin is empty,
// or a socket that is ?stdin=connected or ?stdin=listening. Its environment is PHP's, or ?env[]=.

function environment($variables)
{
	$environment = [];
	foreach ($variables as $variable) {
		[$name, $value] = explode('=', $variable, 2);
		$environment[$name] = $value;
	}
	return $environment;
}

$listening = stream_socket_server('tcp://127.0.0.1:0');
$stdin = [
	'' => ['file', '/dev/null', 'r'],
	'connected' => stream_socket_client('tcp://' . stream_socket_get_name($listening, false)),
	'listening' => $listening,
];
$process = proc_open($_GET['argv'], [0 => $stdin[$_GET['stdin'] ?? ''], 1 => ['pipe', 'w']],
	$pipes, null, isset($_GET['env']) ? environment($_GET['env']) : null);
echo stream_get_contents($pipes[1]);
proc_close($process);
