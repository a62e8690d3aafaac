<?php
// SPDX-License-Identifier: GPL-2.0
// Starts ?argv[]= itself, without a shell, and answers with its output. Its stdin is
// nothing, or a socket that is ?stdin=connected or listening.
$listening = stream_socket_server('tcp://127.0.0.1:0');
$stdin = [
	'' => ['file', '/dev/null', 'r'],
	'connected' => stream_socket_client('tcp://' . stream_socket_get_name($listening, false)),
	'listening' => $listening,
];
$process = proc_open($_GET['argv'], [0 => $stdin[$_GET['stdin'] ?? ''], 1 => ['pipe', 'w']],
	$pipes);
echo stream_get_contents($pipes[1]);
proc_close($process);
