<?php
// SPDX-License-Identifier: GPL-2.0
// Runs ?cmd= with one of PHP's functions, ?how=, and answers with its output. Headers have
// facts about the worker, to compare alerts with.
$cmd = $_GET['cmd'];
header('X-Pid: ' . getmypid());
header('X-Cwd: ' . getcwd());
switch ($_GET['how']) {
case 'system':
	system($cmd);
	break;
case 'passthru':
	passthru($cmd);
	break;
case 'exec':
	exec($cmd, $lines);
	echo implode("\n", $lines), "\n";
	break;
case 'shell_exec':
	echo shell_exec($cmd);
	break;
case 'popen':
	$pipe = popen($cmd, 'r');
	fpassthru($pipe);
	pclose($pipe);
	break;
case 'proc_open':
	$process = proc_open($cmd, [1 => ['pipe', 'w']], $pipes);
	echo stream_get_contents($pipes[1]);
	proc_close($process);
	break;
case 'proc_open_direct':
	$process = proc_open(['/bin/echo', 'no shell here'], [1 => ['pipe', 'w']], $pipes);
	echo stream_get_contents($pipes[1]);
	proc_close($process);
	break;
default:
	http_response_code(400);
}
